import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalisePath } from '#gateway/access/normalise-path.ts'

describe('A request target', () => {
  it.each([
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/a//b///c', '/a/b/c'],
    ['//', '/'],
    ['/a/', '/a/'],
    ['/a?b=/../c', '/a'],
    ['/a?b?c', '/a'],
    ['/%61%62', '/ab'],
    ['/caf%C3%A9', '/caf\u00e9'],
    ['/a%20b', '/a b'],
    ['/a%3Fb', '/a?b'],
    ['/a%23b', '/a#b'],
    ['/%2561', '/%61'],
    ['/%252e%252e/x', '/%2e%2e/x'],
    ['/a.b/..c/d..', '/a.b/..c/d..'],
    ['/...', '/...'],
    ['/%F0%9F%98%80', '/\ud83d\ude00'],
  ])('%s is the path %s', (target, path) => {
    expect(normalisePath(target)).toBe(path)
  })

  it.each([
    ['nothing', ''],
    ['a name', 'a/b'],
    ['a whole URL', 'https://pay.example.com/a'],
    ['an asterisk', '*'],
    ['a query alone', '?a'],
    ['a raw number sign', '/a#b'],
    ['a number sign behind the query is of the query, before it is not', '/a#?b'],
    ['a bad escape', '/%zz'],
    ['half an escape', '/%4'],
    ['an escape at the end', '/a%'],
    ['bytes that are no UTF-8', '/%ff'],
    ['an overlong dot', '/%c0%ae%c0%ae/'],
    ['an escaped surrogate', '/%ed%a0%80'],
    ['an encoded slash', '/a%2Fb'],
    ['an encoded slash in small letters', '/a%2fb'],
    ['an encoded backslash', '/a%5cb'],
    ['a raw backslash', '/a\\b'],
    ['NUL', '/a%00b'],
    ['a raw control character', '/a\u0001b'],
    ['an escaped line break', '/a%0d%0ab'],
    ['DEL', '/a%7f'],
    ['a control character of the second block', '/a%C2%85b'],
    ['the last of them', '/a%C2%9F'],
    ['one dot', '/./a'],
    ['two dots', '/a/../b'],
    ['two dots at the end', '/a/..'],
    ['escaped dots', '/a/%2e%2e/b'],
    ['half escaped dots', '/a/.%2E/b'],
    ['dots behind two slashes', '/a//../b'],
    ['a lone surrogate', '/a\ud800'],
    ['more than 2048 characters', `/${'a'.repeat(2048)}`],
  ])('with %s has no path', (_what, target) => {
    expect(normalisePath(target)).toBeUndefined()
  })

  const target = fc
    .array(
      fc.constantFrom(
        '/',
        '.',
        '..',
        'a',
        '%2e',
        '%2f',
        '%5c',
        '%25',
        '%',
        '#',
        '?',
        '\\',
        '%00',
        '%c3%a9',
        '\u00e9',
        '%C2%80',
        '//',
      ),
      {
        maxLength: 12,
      },
    )
    .map((parts) => `/${parts.join('')}`)

  it('has a path that no reader can read as another one', () => {
    fc.assert(
      fc.property(target, (given) => {
        const path = normalisePath(given)
        if (path === undefined) return
        expect(path.startsWith('/')).toBe(true)
        expect(path).not.toContain('//')
        expect(path).not.toContain('\\')
        expect(path).not.toMatch(/[\p{Cc}]/u)
        expect(path.split('/').filter((segment) => segment === '.' || segment === '..')).toEqual([])
        // A URL parser finds the same segments: nothing is left to resolve.
        expect(new URL(`https://x.example${path.replace(/[?#%]/g, 'q')}`).pathname.split('/')).toHaveLength(
          path.split('/').length,
        )
      }),
      { numRuns: 5000 },
    )
  })

  it('has the same path with any query, and the path of its escaped self', () => {
    fc.assert(
      fc.property(target, fc.string(), (given, query) => {
        const path = normalisePath(given)
        if (!given.includes('?')) expect(normalisePath(`${given}?${query}`)).toBe(path)
        if (path === undefined) return
        const escaped = path.split('/').map(encodeURIComponent).join('/')
        expect(normalisePath(escaped)).toBe(path)
      }),
      { numRuns: 3000 },
    )
  })
})
