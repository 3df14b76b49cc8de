// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** A request for Converse from a conversation, tools and options. */
import type {
  ToolChoice as BedrockToolChoice,
  ConverseStreamCommandInput,
  GuardrailStreamConfiguration,
  ServiceTierType,
  Tool,
} from '@aws-sdk/client-bedrock-runtime'
import { given } from '../aws/given.ts'
import type { Conversation } from './conversation.ts'

/** How the model is to answer. @see https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export interface ModelOptions {
  /** 0 to 1. Default: the model's own, as for all that follows. */
  readonly temperature?: number | undefined
  readonly maxOutputTokens?: number | undefined
  /** 0 to 1. */
  readonly topP?: number | undefined
  readonly stopSequences?: readonly string[] | undefined
  readonly toolChoice?: ToolChoice | undefined
  /** A cache point after the instructions. Default: false. */
  readonly cacheSystem?: boolean | undefined
  /** A cache point after the tools. Default: false. */
  readonly cacheTools?: boolean | undefined
  readonly guardrail?: GuardrailStreamConfiguration | undefined
  readonly latency?: 'standard' | 'optimized' | undefined
  readonly serviceTier?: ServiceTierType | undefined
  readonly requestMetadata?: Readonly<Record<string, string>> | undefined
  /** What only this model knows, as how much it is to reason. */
  readonly additionalRequestFields?: Readonly<Record<string, unknown>> | undefined
}

/** As LiveKit Agents has it. */
export type ToolChoice = 'auto' | 'none' | 'required' | { type: 'function'; function: { name: string } }

export interface ToolDescription {
  readonly name: string
  readonly description: string
  /** JSON schema. */
  readonly schema: object
}

type Document = NonNullable<ConverseStreamCommandInput['additionalModelRequestFields']>

const CACHE_POINT = { cachePoint: { type: 'default' as const } }

export function converseRequest(
  modelId: string,
  { system, messages }: Conversation,
  tools: readonly ToolDescription[],
  options: ModelOptions,
): ConverseStreamCommandInput {
  const { temperature, maxOutputTokens, topP, stopSequences, toolChoice, additionalRequestFields } = options
  const inferenceConfig = given({
    temperature,
    maxTokens: maxOutputTokens,
    topP,
    stopSequences: stopSequences && [...stopSequences],
  })
  return given({
    modelId,
    messages,
    system: system.length > 0 ? [...system, ...(options.cacheSystem ? [CACHE_POINT] : [])] : undefined,
    inferenceConfig: Object.keys(inferenceConfig).length > 0 ? inferenceConfig : undefined,
    toolConfig:
      tools.length > 0
        ? given({
            tools: [...tools.map(describeTool), ...(options.cacheTools ? [CACHE_POINT] : [])],
            toolChoice: chooseTool(toolChoice),
          })
        : undefined,
    guardrailConfig: options.guardrail,
    performanceConfig: options.latency && { latency: options.latency },
    serviceTier: options.serviceTier && { type: options.serviceTier },
    requestMetadata: options.requestMetadata && { ...options.requestMetadata },
    additionalModelRequestFields: additionalRequestFields as Document | undefined,
  })
}

/** Bedrock's grammar of schemas has no name for itself. */
function describeTool({ name, description, schema }: ToolDescription): Tool {
  const { $schema, ...json } = schema as { $schema?: unknown }
  return { toolSpec: { name, ...(description === '' ? {} : { description }), inputSchema: { json: json as Document } } }
}

/** Left to the model where nothing else is said: not every model can be told. */
function chooseTool(choice: ToolChoice | undefined): BedrockToolChoice | undefined {
  if (choice === 'required') return { any: {} }
  if (typeof choice === 'object') return { tool: { name: choice.function.name } }
  return undefined
}
