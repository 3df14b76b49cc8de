// SPDX-FileCopyrightText: 2026 The rolecall authors
//
// SPDX-License-Identifier: Apache-2.0
import type { ContentBlock, ImageFormat } from '@aws-sdk/client-bedrock-runtime'
import type { ChatImage, SerializedImage } from './chat.ts'

/**
 * An image for the model: its bytes, or where in S3 it is.
 *
 * @throws TypeError for one that is somewhere else: Bedrock fetches nothing from the web
 */
export async function imageBlock(
  image: ChatImage,
  serialize: (image: ChatImage) => Promise<SerializedImage>,
): Promise<ContentBlock> {
  if (typeof image.image === 'string' && image.image.startsWith('s3://')) {
    const uri = image.image
    return { image: { format: formatOf(image.mimeType ?? uri), source: { s3Location: { uri } } } }
  }
  const { base64Data, mimeType } = await serialize(image)
  if (base64Data === undefined)
    throw new TypeError('Bedrock takes an image as bytes, as a data URL or from S3, and not from the web')
  return { image: { format: formatOf(mimeType ?? ''), source: { bytes: Buffer.from(base64Data, 'base64') } } }
}

/** By its media type, or the ending of its name. */
function formatOf(name: string): ImageFormat {
  const ending = name.split(/[/.]/).at(-1)?.toLowerCase()
  if (ending === 'png' || ending === 'gif' || ending === 'webp') return ending
  return 'jpeg'
}
