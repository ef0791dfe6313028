/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-der.h"

G_BEGIN_DECLS

/* Attributes of a signature: three are usual, OpenSSL's list of capabilities is a fourth. */
#define STILE_CMS_ATTRIBUTES_MAX 16

/**
 * StileCmsAttributes:
 * @content_type: an object identifier
 * @message_digest: of the content
 * @signing_time: Unix seconds, or %G_MININT64 without one
 *
 * The signed attributes that every signature has (RFC 5652 section 11), and when it was made.
 */
typedef struct
{
  char *content_type;
  GBytes *message_digest;
  gint64 signing_time;
} StileCmsAttributes;

gboolean stile_cms_attributes_read (StileCmsAttributes *self,
                                    StileDerReader *reader,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *stile_cms_attributes_write (const StileCmsAttributes *self);
void stile_cms_attributes_clear (StileCmsAttributes *self);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (StileCmsAttributes, stile_cms_attributes_clear)

G_END_DECLS
