/** TCP ports that other machines can reach, and whether the whole table was read. */
export type ListeningPorts = { readonly ports: ReadonlySet<number>; readonly isWhole: boolean }

const nothing: ListeningPorts = { ports: new Set(), isWhole: false }

/** Reads `ss -ltn`. A line it does not recognise, or a cut end, makes the answer not whole; what was read still counts. */
export function parseSs(text: string): ListeningPorts {
  const [heading = '', ...rows] = text.split('\n')
  if (!/^State\s+Recv-Q\s+Send-Q\s+Local Address:Port\s/.test(heading)) return nothing
  const ports = new Set<number>()
  let isWhole = text.endsWith('\n')
  for (const row of rows) {
    if (row.trim() === '') continue
    const local = /^LISTEN\s+\d+\s+\d+\s+(\S+):(\d+)\s+\S+:(?:\*|\d+)(?:\s.*)?$/.exec(row)
    const port = Number(local?.[2])
    if (local?.[1] === undefined || !isPort(port)) isWhole = false
    else if (!isLoopbackName(local[1])) ports.add(port)
  }
  return { ports, isWhole }
}

/** Reads `/proc/net/tcp` and `/proc/net/tcp6` (proc(5)): addresses as hexadecimal words in the order of this machine. */
export function parseProcNetTcp(text: string): ListeningPorts {
  const [heading = '', ...rows] = text.split('\n')
  if (!/^\s*sl\s+local_address\s+(rem|remote)_address\s+st\s/.test(heading)) return nothing
  const ports = new Set<number>()
  let isWhole = text.endsWith('\n')
  for (const row of rows) {
    if (row.trim() === '') continue
    const found = /^\s*\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2})\s/.exec(row)
    if (found?.[1] === undefined) isWhole = false
    else if (found[3] === '0A' && !isLoopbackHex(found[1])) ports.add(Number.parseInt(found[2] ?? '', 16))
  }
  return { ports, isWhole }
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port < 65_536
}

/** As `ss` writes addresses: `127.0.0.53%lo`, `[::1]`, `::1` (before 2018), `[::ffff:127.0.0.1]`. */
function isLoopbackName(name: string): boolean {
  const [address = '', device] = name.replace(/^\[|\]$/g, '').split('%')
  if (device?.replace(/\]$/, '') === 'lo') return true
  const bare = address.replace(/\]$/, '')
  return bare === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/i.test(bare)
}

/** Little-endian words, as on every system that Postern runs on: `0100007F` is 127.0.0.1. */
function isLoopbackHex(hex: string): boolean {
  if (hex.length === 8) return hex.endsWith('7F')
  return hex === '00000000000000000000000001000000' || /^0{16}FFFF0000[0-9A-F]{6}7F$/.test(hex)
}
