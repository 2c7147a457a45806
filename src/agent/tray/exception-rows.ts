import { fillText } from '#contract/fill-text.ts'
import type { Snapshot } from '#contract/ipc.ts'
import { checkTitle } from '#contract/texts/finding-text.ts'
import { isLive, liveGrantStates, openRequestStates } from '#domain/exceptions/states.ts'
import { type ActionRow, namePart, row, show } from './tray-row.ts'
import { momentIn, type TrayView, tellingOf, trayWords } from './tray-view.ts'

type Head = Snapshot['exceptions']['requests'][number]

const mostExceptions = 5

/** Open requests and live grants, but for the one that stands in a row of its own. */
export function exceptionRows(snapshot: Snapshot, view: TrayView, without?: string): readonly ActionRow[] {
  const { exceptions } = trayWords[view.language].tray
  const told = snapshot.exceptions.requests.flatMap((head) => {
    const label = head.request_id === without ? undefined : exceptionLabel(head, snapshot, view)
    return label === undefined ? [] : [row(label, showException(head))]
  })
  const rows = told.slice(0, mostExceptions)
  const n = told.length - rows.length
  if (n === 0) return rows
  return [...rows, row(fillText(exceptions.more, { n }), show('show-exception', 'exceptions'))]
}

/** `Exception: {check}`, of the grant that keeps the door open, with its request where that is known here. */
export function grantRow(snapshot: Snapshot, view: TrayView): { readonly row: ActionRow; readonly request?: string } {
  const { tray } = trayWords[view.language]
  const head = snapshot.exceptions.requests.find(({ grant }) => grant?.state === 'active')
  const checks =
    head?.checks ?? snapshot.result?.checks.filter(({ outcome }) => outcome === 'excepted').map(({ check }) => check)
  const label = fillText(tray.exceptionOf, { check: namesOf(checks ?? [], snapshot, view) })
  if (head === undefined) return { row: row(label, show('show-exception', 'exceptions')) }
  return { row: row(label, showException(head)), request: head.request_id }
}

function showException({ request_id }: Head): ActionRow['action'] {
  return { kind: 'show-exception', route: { screen: 'exceptions', request: request_id } }
}

function exceptionLabel(head: Head, snapshot: Snapshot, view: TrayView): string | undefined {
  const { exceptions } = trayWords[view.language].tray
  const { state, votes, grant } = head
  const check = namesOf(head.checks, snapshot, view)
  const open = openRequestStates.find((each) => each === state)
  if (open === 'pending' && votes !== null) return fillText(exceptions.counted, { check, ...votes })
  if (open !== undefined) return fillText(exceptions.open[open], { check })
  if (grant === null) return state === 'approved' ? fillText(exceptions.approved, { check }) : undefined
  const live = liveGrantStates.find((each) => each === grant.state && isLive(each))
  if (live === undefined) return undefined
  if (grant.not_after === null) return fillText(exceptions.liveWithoutEnd[live], { check })
  return fillText(exceptions.live[live], { check, time: momentIn(view)(grant.not_after) })
}

/** The first check by its title, and how many more. */
function namesOf(ids: readonly string[], snapshot: Snapshot, view: TrayView): string {
  const [first = '', ...others] = ids
  const check = namePart(checkTitle(first, snapshot, tellingOf(view))) || '–'
  return others.length === 0
    ? check
    : fillText(trayWords[view.language].tray.severalChecks, { check, n: others.length })
}
