import type { NoticesTexts } from './notices-texts.ts'

export const noticesEn: NoticesTexts = {
  failing: '{check} needs attention',
  failingBody: 'Open Postern to see what to do.',
  severalFailing: { title: '{n} checks need attention', body: 'Open Postern to see what to do.' },
  refused: 'Access refused: {check}',
  refusedWithout: 'Access refused',
  refusedBody: 'No access to {name}. Open Postern to see how to get it back.',
  deadline: '{check}: access ends {time}',
  deadlineBody: 'Fix it before then, or ask for an exception.',
  fixed: '{check} is fixed',
  fixedBody: 'There is nothing more to do.',
  restoredBody: 'Access restored.',
  accessEnds: 'Access ends {time}.',
  vote: { title: '{name} asks for an exception: {check}', body: 'Decide by {time}, in the console.' },
  decided: {
    denied: { title: 'Your exception for {check} was denied', body: 'Open Postern to read why.' },
    refused: { title: 'Your exception for {check} was refused', body: 'Open Postern to read why.' },
    lapsed: { title: 'Nobody decided on your exception for {check}', body: 'You can ask again.' },
    stale: {
      title: 'Your request for {check} is outdated',
      body: 'The rules, this device or the people have changed. You can ask again.',
    },
  },
  granted: {
    active: { title: 'Your exception for {check} was approved', body: 'It lasts until {time}.' },
    scheduled: { title: 'Your exception for {check} was approved', body: 'It begins later and lasts until {time}.' },
    awaiting_activation: {
      title: 'Your exception for {check} was approved',
      body: 'Open Postern to start it.',
    },
    other: { title: 'Your exception for {check} was approved', body: 'Open Postern to see until when.' },
  },
  question: { title: 'A question about your exception for {check}', body: 'It waits until you reply.' },
  grants: {
    suspended: { title: 'Your exception for {check} is on hold', body: 'The end time does not move.' },
    expired: { title: 'Your exception for {check} has ended', body: 'Its time is over.' },
    revoked: { title: 'Your exception for {check} was ended', body: 'Open Postern to read why.' },
    cured: { title: '{check} passes', body: 'The exception ended by itself.' },
    unclaimed: { title: 'Your exception for {check} has ended', body: 'It was not started in time.' },
    voided: { title: 'Your exception for {check} no longer holds', body: 'Open Postern to read why.' },
  },
  exceptionEnds: { title: '{check}: access ends {time}', body: 'The exception ends then. Fix the check before.' },
  keyLocked: { title: 'Keychain locked', body: 'Unlock it to go on reporting.' },
  trayMissing: { title: 'No tray on this desktop', body: 'Open Postern from the app menu.' },
  iconHides: {
    title: 'Postern is beside the clock',
    body: 'Windows hides new icons behind the arrow there. Drag the arch out to keep it in view.',
  },
  updateReady: { title: 'Update {version} is ready', body: 'Open Postern to install it.' },
  andMore: '{check} and {n} more',
}
