/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Labels are a few words (RFC 7468 section 4); what is longer begins no block. */
#define STILE_PEM_MAX_LABEL 40

/**
 * StilePemBlock:
 * @label: what stands after BEGIN, "CERTIFICATE"
 * @body: (nullable): the base64 between BEGIN and END, not owned; %NULL when there is no END
 * @body_length: characters of @body
 * @next: where the text goes on
 *
 * One block of a PEM text (RFC 7468).
 */
typedef struct
{
  char label[STILE_PEM_MAX_LABEL + 1];
  const char *body;
  gsize body_length;
  const char *next;
} StilePemBlock;

gboolean stile_pem_find_block (StilePemBlock *block, const char *text, const char *end);

G_END_DECLS
