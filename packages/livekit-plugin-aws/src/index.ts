// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
/** Amazon Polly, Transcribe and Bedrock for LiveKit Agents, with credentials from wherever the code runs. */
import './livekit/plugin.ts'

export type { AwsOptions, CredentialProvider } from './aws/options.ts'
export { ChunkedStream } from './livekit/chunked-stream.ts'
export { LLM, type LLMOptions } from './livekit/llm.ts'
export { LLMStream } from './livekit/llm-stream.ts'
export { prewarmAws } from './livekit/prewarm.ts'
export { SpeechStream } from './livekit/speech-stream.ts'
export { STT, type STTOptions } from './livekit/stt.ts'
export { SynthesizeStream } from './livekit/synthesize-stream.ts'
export { TTS, type TTSOptions } from './livekit/tts.ts'
