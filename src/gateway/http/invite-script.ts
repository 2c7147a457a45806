import { pageScriptBegin, pageScriptEnd } from './page-script.ts'

/** The one script of the page of a one-time link: it asks for a passkey and sends it. Runs in a browser. */
export const inviteScript = `${pageScriptBegin}
async function register() {
  const token = location.pathname.split('/').pop()
  const named = form.elements.email
    ? { name: form.elements.name.value.trim(), email: form.elements.email.value.trim() }
    : {}
  const { options } = await ask('/v1/invitations/challenge', { token, ...named })
  const credential = await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: toBytes(options.challenge),
      user: { ...options.user, id: toBytes(options.user.id) },
      excludeCredentials: options.excludeCredentials.map((each) => ({ ...each, id: toBytes(each.id) })),
    },
  })
  const id = toText(credential.rawId)
  await ask('/v1/invitations/registration', {
    token,
    label: form.elements.label.value.trim(),
    registration: {
      id,
      rawId: id,
      type: 'public-key',
      response: {
        clientDataJSON: toText(credential.response.clientDataJSON),
        attestationObject: toText(credential.response.attestationObject),
      },
      clientExtensionResults: {},
    },
  })
}

form.addEventListener('submit', async (event) => {
  event.preventDefault()
  button.disabled = true
  say(words.working)
  try {
    await register()
    form.hidden = true
    say(words.done, 'good')
  } catch (failure) {
    button.disabled = false
    if (failure.code === 'invitation_refused') say(words.refused, 'bad')
    else if (failure.code === 'already_exists') say(words.taken, 'bad')
    else say(failure instanceof DOMException ? words.cancelled : words.failed, 'bad')
  }
})
${pageScriptEnd}`
