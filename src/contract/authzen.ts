import * as z from 'zod'

/** OpenID Authorization API 1.0. Here alone unknown members are ignored, because the standard says so. */

const properties = z.record(z.string().max(200), z.unknown())

const subject = z.looseObject({
  type: z.string().min(1).max(64),
  id: z.string().min(1).max(320),
  properties: properties.exactOptional(),
})
const action = z.looseObject({ name: z.string().min(1).max(64), properties: properties.exactOptional() })
const resource = z.looseObject({
  type: z.string().min(1).max(64),
  id: z.string().min(1).max(2048),
  properties: properties.exactOptional(),
})
const context = z.record(z.string().max(200), z.unknown())

export const evaluationQuestion = z.looseObject({ subject, action, resource, context: context.exactOptional() })
export type EvaluationQuestion = z.infer<typeof evaluationQuestion>

export const evaluationSemantics = ['execute_all', 'deny_on_first_deny', 'permit_on_first_permit'] as const

/** Defaults at the top, overridden whole by what an item carries. */
export const evaluationsQuestion = z.looseObject({
  subject: subject.exactOptional(),
  action: action.exactOptional(),
  resource: resource.exactOptional(),
  context: context.exactOptional(),
  evaluations: z.array(z.unknown()).max(50).exactOptional(),
  options: z.looseObject({ evaluations_semantic: z.enum(evaluationSemantics).exactOptional() }).exactOptional(),
})

export const evaluationAnswer = z.object({
  decision: z.boolean(),
  context: z
    .looseObject({
      reason: z.string().max(64).exactOptional(),
      decision_id: z.string().max(64).exactOptional(),
      checks: z.array(z.string().max(64)).max(200).exactOptional(),
      ttl: z.int().min(0).exactOptional(),
      assertion: z.string().max(8192).exactOptional(),
    })
    .exactOptional(),
})
export type EvaluationAnswer = z.infer<typeof evaluationAnswer>

export const evaluationsAnswer = z.object({ evaluations: z.array(evaluationAnswer).max(50) })

export const authzenMetadata = z.object({
  policy_decision_point: z.string().max(300),
  access_evaluation_endpoint: z.string().max(2048),
  access_evaluations_endpoint: z.string().max(2048),
})
