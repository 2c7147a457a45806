import { describe, expect, it } from 'vitest'
import { parseDeepLink } from '#contract/deep-link.ts'
import { readLink, typedLink } from '../../../renderer/agent/enroll/enroll-link.ts'

const code = 'q2mV0yJv9Qn6s1Xh3tKpZbW8dLrGfUe4aCoNiTjMx7I'

describe('A link that nobody has agreed to', () => {
  it('says only who asks', () => {
    expect(readLink(`postern://enroll?server=https%3A%2F%2Fposture.example.com&code=${code}`)).toEqual({
      host: 'posture.example.com',
      isPlain: false,
    })
  })

  it('is known as unencrypted', () => {
    expect(readLink(`postern://enroll?server=http%3A%2F%2F127.0.0.1%3A8443&code=${code}`)).toEqual({
      host: '127.0.0.1:8443',
      isPlain: true,
    })
  })

  it.each([
    '',
    'postern://enroll',
    'postern://enroll?code=x',
    'postern://handoff?server=https://a.example',
    'postern://enroll?server=javascript:alert(1)',
    'postern://enroll?server=https://a.example/path',
    'postern://enroll?server=https://user@a.example',
    'https://enroll?server=https://a.example',
  ])('%j names nobody', (link) => {
    expect(readLink(link)).toBeUndefined()
  })
})

describe('Address and code, typed by hand', () => {
  it.each(['posture.example.com', ' https://posture.example.com ', 'https://posture.example.com/'])(
    '%j becomes the link that an administrator would send',
    (address) => {
      expect(parseDeepLink(typedLink(address, ` ${code} `))).toEqual({
        kind: 'enroll',
        server: 'https://posture.example.com',
        code,
      })
    },
  )

  it('stays the whole link where one was typed', () => {
    expect(typedLink(' postern://enroll?server=x ', 'y')).toBe('postern://enroll?server=x')
  })

  it('cannot smuggle a second parameter in', () => {
    expect(parseDeepLink(typedLink('a.example&kid=x', `${code}&server=https://b.example`))).toBeUndefined()
  })
})
