import { auditApi } from './audit-api.ts'
import { exceptionsApi } from './exceptions-api.ts'
import { laterApi } from './later-api.ts'
import { peopleApi } from './people-api.ts'

/** The console API as a table: routes and the OpenAPI document derive from it (console-api.md). */
export const adminApi = { ...peopleApi, ...exceptionsApi, ...auditApi, ...laterApi } as const
export type AdminCall = keyof typeof adminApi
