// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import { Plugin } from '@livekit/agents'
import manifest from '../../package.json' with { type: 'json' }

/** Makes itself known to the framework when it is imported, as its plugins do. */
class AwsPlugin extends Plugin {
  constructor() {
    super({ title: 'aws', version: manifest.version, package: manifest.name })
  }
}

Plugin.registerPlugin(new AwsPlugin())
