/** What the scripts of both plain pages begin with: the parts of the page, bytes as text, and a call of the gateway. */
export const pageScriptBegin = `'use strict'
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
`

/** And what they end with: a browser without passkeys is told so. */
export const pageScriptEnd = `if (window.PublicKeyCredential === undefined) {
  button.disabled = true
  say(words.none, 'bad')
}
`
