import type { Route } from '#contract/agent-windows.ts'
import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { plainCheckId } from '#contract/texts/plain-check-id.ts'
import { plainLabel } from '#contract/texts/plain-label.ts'
import { quitSentence } from '#contract/texts/quit-sentence.ts'
import { sentenceOfState } from '#contract/texts/sentence-of-state.ts'
import type { AgentState } from '#domain/agent-state.ts'
import { exceptionRows, grantRow } from './exception-rows.ts'
import { findingRows, subjectOf } from './finding-rows.ts'
import { iconOfState, type TrayIcon, trayIconFile } from './tray-icon.ts'
import { type ActionRow, longestLabel, namePart, row, show, type TrayRow } from './tray-row.ts'
import { momentIn, type TrayView, trayWords } from './tray-view.ts'

/** What the tray shows: an icon, the sentence that a pointer resting on it reads, and the menu. Plain text throughout. */
export type TrayModel = {
  readonly icon: TrayIcon
  /** Below `assets`, for this system. */
  readonly iconFile: string
  readonly tooltip: string
  readonly rows: readonly TrayRow[]
}

/** Everything the tray shows follows from the snapshot; times are absolute, so it changes only when the snapshot does. */
export function trayModel(snapshot: Snapshot, view: TrayView): TrayModel {
  const sentence = statusSentence(snapshot, view)
  const first = firstRows[snapshot.state](snapshot, view)
  const status = row(sentence, show('open-postern', tellsMore[snapshot.state] ?? 'status'))
  const sections = [
    [status],
    [...first.rows, ...challengeRows(snapshot, view)],
    exceptionRows(snapshot, view, first.request),
    usualRows(snapshot, view, first.rows),
    factRows(snapshot, view),
    view.hideQuit ? [] : [quitRow(snapshot, view)],
  ]
  const icon = iconOfState[snapshot.state]
  return {
    icon,
    iconFile: trayIconFile[view.os](icon, view.scale ?? 1),
    tooltip: sentence,
    rows: sections
      .filter((section) => section.length > 0)
      .flatMap((section, at): readonly TrayRow[] => (at === 0 ? section : [{ kind: 'separator' }, ...section])),
  }
}

/** The screen that tells more of a state, where it is not the status. */
const tellsMore: { readonly [State in AgentState]?: Route['screen'] } = {
  'update-required': 'settings',
  'not-enrolled': 'enroll',
  'waiting-approval': 'enroll',
  'key-locked': 'settings',
  'key-unavailable': 'settings',
  'key-missing': 'enroll',
}

/** `request`: the one that the rows already name. */
type First = { readonly rows: readonly ActionRow[]; readonly request?: string }
type FirstRows = (snapshot: Snapshot, view: TrayView) => First

/** What a person most likely wants to do next, in each state. */
const firstRows: { readonly [State in AgentState]: FirstRows } = {
  starting: openFirst,
  'update-required': (_, view) => one('update', show('update', 'settings'), view),
  'not-enrolled': (_, view) => one('enroll', show('enroll', 'enroll'), view),
  'waiting-approval': openFirst,
  'key-locked': (_, view) => one('tryAgain', { kind: 'try-key-again' }, view),
  'key-unavailable': (_, view) => one('howToFix', show('how-to-fix', 'settings'), view),
  'key-missing': (_, view) => one('enrollAgain', show('enroll', 'enroll'), view),
  quarantined: (_, view) => one('howToFix', show('how-to-fix', 'status'), view),
  offline: (snapshot, view) => ({ rows: [checkRow(snapshot, view, 'tryAgain'), ...findingRows(snapshot, view)] }),
  'verdict-old': (snapshot, view) => ({ rows: [checkRow(snapshot, view, 'checkNow')] }),
  refused: findingsFirst,
  restricted: findingsFirst,
  grace: findingsFirst,
  excepted(snapshot, view) {
    const { row: grant, request } = grantRow(snapshot, view)
    return { rows: [grant, ...findingRows(snapshot, view)], ...(request === undefined ? {} : { request }) }
  },
  warning: findingsFirst,
  'nothing-asked': openFirst,
  healthy: () => ({ rows: [] }),
}

function openFirst(_snapshot: Snapshot, view: TrayView): First {
  return { rows: [openRow(view)] }
}

function findingsFirst(snapshot: Snapshot, view: TrayView): First {
  return { rows: findingRows(snapshot, view) }
}

type ActionName = keyof (typeof trayWords)['en']['tray']['actions']

function one(name: ActionName, action: ActionRow['action'], view: TrayView): First {
  return { rows: [row(trayWords[view.language].tray.actions[name], action)] }
}

function statusSentence(snapshot: Snapshot, view: TrayView): string {
  const { texts, state: words } = trayWords[view.language]
  const style = { sentences: texts.states, words, plain: namePart, moment: momentIn(view) }
  return plainLabel(sentenceOfState(snapshot, style), longestLabel)
}

/** A resource that asks for confirmation is open; its row says what will be asked, where the sentence does not already. */
function challengeRows({ result, state }: Snapshot, view: TrayView): readonly ActionRow[] {
  const challenged = result?.resources.filter(({ access }) => access === 'challenge') ?? []
  return challenged.slice(state === 'healthy' ? 1 : 0, mostChallenges).map(({ name }) =>
    row(fillText(trayWords[view.language].tray.asksForConfirmation, { name: namePart(name) || '–' }), {
      kind: 'open-postern',
      route: { screen: 'status' },
    }),
  )
}
const mostChallenges = 3

/** What is there in every state, but for what stands above already. */
function usualRows(snapshot: Snapshot, view: TrayView, above: readonly ActionRow[]): readonly ActionRow[] {
  const { actions } = trayWords[view.language].tray
  const labels = above.map(({ label }) => label)
  const update = view.updateReady
  const rows = [
    above.some(isCheckRow) ? undefined : checkRow(snapshot, view, 'checkNow'),
    exceptionRow(snapshot, view),
    openRow(view),
    row(actions.whatWeSend, show('what-we-send', 'privacy')),
    row(actions.settings, show('settings', 'settings')),
    update === undefined
      ? undefined
      : row(fillText(actions.updateReady, { version: namePart(update.version) }), {
          kind: 'update',
          route: { screen: 'settings' },
        }),
  ]
  return rows.filter((each) => each !== undefined && !labels.includes(each.label)).flatMap((each) => each ?? [])

  function isCheckRow({ label, action }: ActionRow): boolean {
    return action.kind === 'check-now' || label === actions.checking
  }
}

function openRow(view: TrayView): ActionRow {
  const { openPostern } = trayWords[view.language].tray.actions
  return row(openPostern, show('open-postern', 'status'))
}

/** While readings are taken the row says so, and shows them. */
function checkRow({ checking }: Snapshot, view: TrayView, name: 'checkNow' | 'tryAgain'): ActionRow {
  const { actions } = trayWords[view.language].tray
  if (checking) return row(actions.checking, show('open-postern', 'status'))
  return row(actions[name], { kind: 'check-now' })
}

/** There when a failing check may be excepted, by the gateway's word; names the check where it is the only one. */
function exceptionRow({ result }: Snapshot, view: TrayView): ActionRow | undefined {
  const findings = result?.resources.flatMap((resource) => resource.findings) ?? []
  const offered = findings.filter(
    ({ outcome, exception }) => exception?.offered === true && outcome !== 'met' && outcome !== 'excepted',
  )
  const checks = [...new Set(offered.map(({ check }) => plainCheckId(check)))]
  if (checks.length === 0) return undefined
  return row(trayWords[view.language].tray.actions.requestException, {
    kind: 'request-exception',
    route: { screen: 'request', ...(checks.length === 1 ? subjectOf(checks[0] ?? '') : {}) },
  })
}

function factRows({ key_store, organisation, version }: Snapshot, view: TrayView): readonly ActionRow[] {
  const { tray } = trayWords[view.language]
  const settings = show('settings', 'settings')
  const org = namePart(organisation ?? '')
  return [
    ...(key_store.state === 'file' ? [row(tray.fileKey, settings)] : []),
    ...(org === '' ? [] : [row(fillText(tray.managedBy, { org }), settings)]),
    row(fillText(tray.version, { version: namePart(version) }), settings),
  ]
}

function quitRow(snapshot: Snapshot, view: TrayView): ActionRow {
  const { tray, state: words } = trayWords[view.language]
  const question = quitSentence(snapshot, { words, moment: momentIn(view) }, view.now)
  return row(tray.actions.quit, { kind: 'quit', question })
}
