import { describe, expect, it } from 'vitest'
import { agentPaths, type PathQuestion } from '#agent/system/paths.ts'

const asked: PathQuestion = {
  os: 'linux',
  development: false,
  home: '/home/ada',
  environment: {},
  isOwnFolder: (path) => path === '/run/user/1000',
}

describe('the places of the agent', () => {
  it('on Linux follow the base directories', () => {
    expect(
      agentPaths({ ...asked, environment: { XDG_RUNTIME_DIR: '/run/user/1000', XDG_STATE_HOME: '/srv/state' } }),
    ).toEqual({
      state: '/srv/state/postern',
      control: '/run/user/1000/postern/control.sock',
      logs: '/srv/state/postern/log',
    })
  })

  it.each([undefined, '', 'relative/folder', '/run/user/1001'])('a runtime folder %j does not count', (folder) => {
    const environment = folder === undefined ? {} : { XDG_RUNTIME_DIR: folder }
    expect(agentPaths({ ...asked, environment }).control).toBe('/home/ada/.local/state/postern/run/control.sock')
  })

  it('in development are others on every system', () => {
    const development = { ...asked, development: true, environment: { XDG_RUNTIME_DIR: '/run/user/1000' } }
    expect(agentPaths(development)).toMatchObject({
      state: '/home/ada/.local/state/postern-development',
      control: '/run/user/1000/postern-development/control.sock',
    })
    expect(agentPaths({ ...development, os: 'macos', home: '/Users/ada' })).toEqual({
      state: '/Users/ada/Library/Application Support/Postern Development',
      control: '/Users/ada/Library/Application Support/Postern Development/run/control.sock',
      logs: '/Users/ada/Library/Logs/Postern Development',
    })
    expect(agentPaths({ ...development, os: 'windows', home: 'C:\\Users\\ada', sid: 'S-1-5-21-7' })).toEqual({
      state: 'C:\\Users\\ada\\AppData\\Local\\Postern Development',
      control: '\\\\.\\pipe\\dev.postern.agent.S-1-5-21-7.development',
      logs: 'C:\\Users\\ada\\AppData\\Local\\Postern Development\\log',
    })
  })

  it('are moved by a variable, and by an option over it', () => {
    const environment = { POSTERN_STATE: '/srv/one', POSTERN_CONTROL: '/srv/one.sock' }
    expect(agentPaths({ ...asked, environment })).toMatchObject({ state: '/srv/one', control: '/srv/one.sock' })
    expect(agentPaths({ ...asked, environment, state: '/srv/two', control: '/srv/two.sock' })).toMatchObject({
      state: '/srv/two',
      control: '/srv/two.sock',
      logs: '/srv/two/log',
    })
  })

  it('refuse a socket path over 100 bytes, counted in bytes', () => {
    const path = (letters: number) => `/${'ü'.repeat(letters)}`
    expect(agentPaths({ ...asked, control: path(49) }).control).toBe(path(49))
    const refused = () => agentPaths({ ...asked, control: path(50) })
    expect(refused).toThrow(
      expect.objectContaining({ code: 'socket_path_too_long', details: { path: path(50), bytes: 101 } }),
    )
  })
})
