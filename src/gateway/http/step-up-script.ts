/**
 * The one script of the page on which a person confirms their request. It signs nothing but what the page shows: the digest
 * of the terms it was sent with must be that of the statement, and the challenge that of the statement. Runs in a browser.
 */
export const stepUpScript = `'use strict'
const form = document.querySelector('form')
const status = document.querySelector('[role=status]')
const button = form.querySelector('button')
const words = form.dataset

const say = (text, kind) => {
  status.className = kind ?? ''
  status.textContent = text
}
const toBytes = (text) => {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0))
}
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
const hash = async (text) => toText(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
const failed = (code) => Object.assign(new Error(code), { code })

async function ask(path, body) {
  const answer = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    credentials: 'same-origin',
  })
  const content = await answer.json()
  if (!answer.ok) throw failed(content.code)
  return content
}

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
if (window.PublicKeyCredential === undefined) {
  button.disabled = true
  say(words.none, 'bad')
}
`
