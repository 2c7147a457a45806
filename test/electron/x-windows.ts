import { connect, type Socket } from 'node:net'

/** What a window manager would do, over X11 itself (X Window System Protocol, release 7.7): find windows, ask one to close. */
export type XWindows = {
  /** Titles of the windows that programs show. */
  titles(): Promise<readonly string[]>
  /** Titles of those that are on the screen: mapped, as their parents are. */
  visible(): Promise<readonly string[]>
  /** Asks the window whose title fits to close (ICCCM 4.2.8.1, `WM_DELETE_WINDOW`). */
  close(title: RegExp): Promise<void>
  end(): void
}

const opcode = { getWindowAttributes: 3, queryTree: 15, internAtom: 16, getProperty: 20, sendEvent: 25 } as const

/** `map-state` of GetWindowAttributes. */
const viewable = 2

/** `display` as in the variable: `:7`. Little-endian, no authority: the screen belongs to this test. */
export async function xWindows(display: string): Promise<XWindows> {
  const socket = connect(`/tmp/.X11-unix/X${display.slice(1)}`)
  const read = reader(socket)
  socket.write(Buffer.from([0x6c, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0, 0]))
  const head = await read(8)
  const setup = await read(head.readUInt16LE(6) * 4)
  if (head[0] !== 1) throw new Error(`the screen refuses: ${setup.toString()}`)
  const vendorBytes = Math.ceil(setup.readUInt16LE(16) / 4) * 4
  const root = setup.readUInt32LE(32 + vendorBytes + (setup[21] ?? 0) * 8)

  let turn: Promise<unknown> = Promise.resolve()
  /** One question at a time; events and errors in between are passed over. */
  function ask(request: Buffer): Promise<Buffer> {
    const answer = turn.then(async () => {
      socket.write(request)
      for (;;) {
        const first = await read(32)
        if (first[0] === 0) return Buffer.alloc(32) // an error: the window went away meanwhile
        if (first[0] === 1) return Buffer.concat([first, await read(first.readUInt32LE(4) * 4)])
      }
    })
    turn = answer.catch(() => undefined)
    return answer
  }
  const header = (code: number, data: number, bytes: number) => {
    const request = Buffer.alloc(bytes)
    request.writeUInt8(code, 0)
    request.writeUInt8(data, 1)
    request.writeUInt16LE(bytes / 4, 2)
    return request
  }
  async function atom(name: string): Promise<number> {
    const request = header(opcode.internAtom, 0, 8 + Math.ceil(name.length / 4) * 4)
    request.writeUInt16LE(name.length, 4)
    request.write(name, 8)
    return (await ask(request)).readUInt32LE(8)
  }
  async function childrenOf(window: number): Promise<readonly number[]> {
    const request = header(opcode.queryTree, 0, 8)
    request.writeUInt32LE(window, 4)
    const answer = await ask(request)
    return Array.from({ length: answer.readUInt16LE(16) }, (_, at) => answer.readUInt32LE(32 + at * 4))
  }
  async function property(window: number, name: number): Promise<Buffer> {
    const request = header(opcode.getProperty, 0, 24)
    request.writeUInt32LE(window, 4)
    request.writeUInt32LE(name, 8)
    request.writeUInt32LE(1024, 20)
    const answer = await ask(request)
    return answer.subarray(32, 32 + answer.readUInt32LE(16) * ((answer[1] ?? 0) / 8))
  }
  async function isViewable(window: number): Promise<boolean> {
    const request = header(opcode.getWindowAttributes, 0, 8)
    request.writeUInt32LE(window, 4)
    return (await ask(request))[26] === viewable
  }
  const [protocols, deleteWindow, netName] = [
    await atom('WM_PROTOCOLS'),
    await atom('WM_DELETE_WINDOW'),
    await atom('_NET_WM_NAME'),
  ]
  async function shown(): Promise<readonly { readonly window: number; readonly title: string }[]> {
    const windows = []
    for (const window of await childrenOf(root)) {
      const takes = await property(window, protocols)
      const title = (await property(window, netName)).toString()
      if (takes.length > 0 && title !== '') windows.push({ window, title })
    }
    return windows
  }
  return {
    titles: async () => (await shown()).map(({ title }) => title),
    async visible() {
      const titles = []
      for (const { window, title } of await shown()) if (await isViewable(window)) titles.push(title)
      return titles
    },
    async close(title) {
      const fitting = (await shown()).filter((each) => title.test(each.title))
      const seen = await Promise.all(fitting.map(({ window }) => isViewable(window)))
      const found = fitting.find((_, at) => seen[at])
      if (found === undefined) throw new Error(`no window ${title}`)
      const request = header(opcode.sendEvent, 0, 44)
      request.writeUInt32LE(found.window, 4)
      request.writeUInt8(33, 12) // ClientMessage, of 32 bits
      request.writeUInt8(32, 13)
      request.writeUInt32LE(found.window, 16)
      request.writeUInt32LE(protocols, 20)
      request.writeUInt32LE(deleteWindow, 24)
      socket.write(request)
    },
    end: () => socket.destroy(),
  }
}

function reader(socket: Socket): (bytes: number) => Promise<Buffer> {
  let held = Buffer.alloc(0)
  let wanted: { readonly bytes: number; readonly take: (part: Buffer) => void } | undefined
  const serve = () => {
    if (wanted === undefined || held.length < wanted.bytes) return
    const { bytes, take } = wanted
    wanted = undefined
    const part = held.subarray(0, bytes)
    held = held.subarray(bytes)
    take(part)
  }
  socket.on('data', (part) => {
    held = Buffer.concat([held, typeof part === 'string' ? Buffer.from(part) : part])
    serve()
  })
  return (bytes) =>
    new Promise((resolve, reject) => {
      socket.once('error', reject)
      wanted = {
        bytes,
        take(part) {
          socket.off('error', reject)
          resolve(part)
        },
      }
      serve()
    })
}
