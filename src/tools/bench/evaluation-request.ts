import type { KeyLine } from '#tools/fill/key-lines.ts'
import { type HttpAnswer, postRequest } from './http-connection.ts'

/** "May this person, on this device, reach that resource?" as a whole request. */
export function evaluationRequest(caller: string, line: KeyLine, resource: string): Buffer {
  const question = {
    subject: { type: 'user', id: line.email, properties: { device_id: line.deviceId } },
    action: { name: 'access' },
    resource: { type: 'resource', id: resource },
  }
  return postRequest('/access/v1/evaluation', 'application/json', JSON.stringify(question), [
    `x-postern-proxy-auth: ${caller}`,
  ])
}

/** Throws where the question was not judged by policy. */
export function mustBeDecided(answer: HttpAnswer): void {
  const text = answer.body.toString()
  const isDecided = text.includes('"decision":true') || text.includes('"checks":[')
  if (answer.status !== 200 || !isDecided) throw new Error(`an evaluation was answered ${answer.status}: ${text}`)
}
