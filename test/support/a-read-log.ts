import { join } from 'node:path'
import { createLogFiles } from '#gateway/audit/log-files.ts'
import { parseVerifierKey } from '#gateway/audit/signed-note.ts'
import { createSigner } from '#gateway/audit/signer.ts'
import { addAuditFiles } from '#gateway/http/audit-files.ts'
import { auditAnswerers } from '#gateway/http/audit-routes.ts'
import type { SettingsPerson } from '#gateway/settings/gateway-settings.ts'
import { aConsole } from './a-console.ts'
import { aFolder } from './a-folder.ts'
import { aLog, type TestLog } from './a-log.ts'
import { aStory, type Story } from './a-story.ts'

const staff: readonly SettingsPerson[] = [
  { email: 'root@example.com', name: 'Root', groups: [], admin: true, roles: [] },
  { email: 'audra@example.com', name: 'Audra', groups: [], admin: false, roles: ['auditor'] },
  { email: 'sam@example.com', name: 'Sam', groups: [], admin: false, roles: ['security'] },
  { email: 'emil@example.com', name: 'Emil', groups: [], admin: false, roles: [] },
]

/** A console whose log holds one request from its question to the end of its grant, and people who read it. */
export async function aReadLog() {
  let log: TestLog | undefined
  let story: Story | undefined
  const exports = join(await aFolder(), 'exports')
  const there = await aConsole({
    people: staff,
    withMore: async ({ store }) => {
      const opened = await aLog({ store })
      log = opened
      story = await aStory(opened)
      const verifier = parseVerifierKey(opened.vkey)
      const files = createLogFiles(store, join(await aFolder(), 'tiles'))
      return {
        answerers: auditAnswerers({
          store,
          auditLog: {
            sequencer: opened.sequencer,
            vkey: () => opened.vkey,
            trusted: () => (verifier === undefined ? [] : [verifier]),
            signer: () => createSigner(opened.key, opened.state, false),
          },
          sources: story.sources,
          version: '0.1.0',
          folder: exports,
        }),
        addMore: (server, ports) => addAuditFiles(server, ports, files),
      }
    },
  })
  if (log === undefined || story === undefined) throw new Error('no log')
  const { requestId, grantId } = await story.request()
  await log.sequencer.flush()
  return { there, log, requestId, grantId, exports }
}
