import { connect } from 'node:net'

/** Bytes to a listener, and everything it answers until it ends the connection. */
export function exchange(url: string, text: string | Buffer): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    let answer = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.on('data', (data) => {
      answer += data.toString('latin1')
    })
    socket.on('error', () => undefined) // a connection cut off has its answer before it, or none
    socket.on('close', () => resolve(answer))
  })
}
