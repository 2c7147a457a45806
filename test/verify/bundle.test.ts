import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'
import { deviceJwk, deviceUrn, exampleJws, exampleTime, issuer } from '#test/support/a-wire.ts'

async function bundle() {
  const built = await build({
    entryPoints: ['src/verify/index.ts'],
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: 'es2024',
    write: false,
    metafile: true,
    logLevel: 'silent',
  })
  const [file] = built.outputFiles
  if (file === undefined) throw new Error('nothing was built')
  return { text: file.text, metafile: built.metafile }
}

describe('The verify library, bundled for a browser', () => {
  it('imports nothing of Node, and nothing from outside the bundle', async () => {
    const { text, metafile } = await bundle()
    const imports = Object.values(metafile.inputs).flatMap((input) => input.imports)
    expect(imports.length).toBeGreaterThan(10)
    expect(imports.filter(({ path, external }) => external === true || path.startsWith('node:'))).toEqual([])
    expect(text).not.toMatch(/from\s*["']node:|require\(["']|\bBuffer\.|\bprocess\.(?!env)/)
  })

  it('holds zod, jose, verify, contract and domain, and nothing of the programs', async () => {
    const { metafile } = await bundle()
    for (const path of Object.keys(metafile.inputs))
      expect(path).toMatch(/^(node_modules\/(zod|jose)|src\/(verify|contract|domain))\//)
  })

  it('proves the worked example', async () => {
    const { text } = await bundle()
    const library: typeof import('#verify/index.ts') = await import(
      `data:text/javascript;base64,${Buffer.from(text).toString('base64')}`
    )
    const claims = await library.verifyReport(exampleJws, {
      keys: await library.keySetOf([deviceJwk]),
      issuer: deviceUrn,
      audience: issuer,
      maxTokenAgeSeconds: 120,
      now: exampleTime,
    })
    expect(claims.seq).toBe(42)
  })
})
