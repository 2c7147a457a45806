/** Where the live stream is (protocol.md section 9). */
export const streamPath = '/v1/stream'
