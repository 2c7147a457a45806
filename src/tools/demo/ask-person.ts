import { emitKeypressEvents } from 'node:readline'

/** One key press: `y` is yes, Ctrl-C ends the demo, anything else is no. */
export function askPerson(question: string, onInterrupt: () => void): Promise<boolean> {
  const { stdin, stdout } = process
  stdout.write(`${question} `)
  emitKeypressEvents(stdin)
  stdin.setRawMode(true)
  stdin.resume()
  return new Promise((resolve) => {
    stdin.once('keypress', (_text: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean }) => {
      stdin.setRawMode(false)
      stdin.pause()
      const isYes = key.ctrl !== true && key.name === 'y'
      stdout.write(`${isYes ? 'yes' : 'no'}\n`)
      if (key.ctrl === true && key.name === 'c') onInterrupt()
      resolve(isYes)
    })
  })
}
