import { pageScriptBegin, pageScriptEnd } from './page-script.ts'

/**
 * The one script of the page on which a person confirms their request. It signs nothing but what the page shows: the digest
 * of the terms it was sent with must be that of the statement, and the challenge that of the statement. Runs in a browser.
 */
export const stepUpScript = `${pageScriptBegin}
const hash = async (text) => toText(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))

async function confirm() {
  const at = '/v1/step-ups/' + location.pathname.split('/').pop()
  const { statement, options } = await ask(at + '/challenge', {})
  const { request_id, revision, terms_digest, nonce } = statement
  if (terms_digest !== (await hash(words.terms)) || request_id !== words.request) throw failed('terms_changed')
  const signed = JSON.stringify({ nonce, request_id, revision, terms_digest })
  if (options.challenge !== (await hash('postern/request/1\\0' + signed))) throw failed('terms_changed')
  const credential = await navigator.credentials.get({
    publicKey: {
      challenge: toBytes(options.challenge),
      timeout: options.timeout,
      rpId: options.rpId,
      userVerification: options.userVerification,
      allowCredentials: options.allowCredentials.map((each) => ({ ...each, id: toBytes(each.id) })),
    },
  })
  const id = toText(credential.rawId)
  const { clientDataJSON, authenticatorData, signature } = credential.response
  await ask(at + '/assertion', {
    nonce,
    assertion: {
      id,
      rawId: id,
      type: 'public-key',
      response: {
        clientDataJSON: toText(clientDataJSON),
        authenticatorData: toText(authenticatorData),
        signature: toText(signature),
      },
    },
  })
}

const wordOf = {
  assertion_refused: 'refused',
  terms_changed: 'changed',
  challenge_expired: 'expired',
  not_found: 'expired',
  request_closed: 'closed',
  state_conflict: 'already',
  passkey_missing: 'missing',
  rate_limited: 'limited',
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true
  say(words.working)
  try {
    await confirm()
    form.hidden = true
    say(words.done, 'good')
  } catch (failure) {
    const word = wordOf[failure.code]
    const isOver = ['expired', 'closed', 'already', 'changed'].includes(word)
    button.disabled = isOver
    say(failure instanceof DOMException ? words.cancelled : (words[word] ?? words.failed), 'bad')
    if (!isOver) button.focus()
  }
})
${pageScriptEnd}`
