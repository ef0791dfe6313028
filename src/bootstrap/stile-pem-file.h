/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "codec/stile-certificate.h"

G_BEGIN_DECLS

/**
 * StilePemFileOwner:
 * @STILE_PEM_FILE_OWN: ours: its folder is made when it is missing
 * @STILE_PEM_FILE_FOREIGN: somebody else's
 *
 * Whose a file of certificates is.
 */
typedef enum
{
  STILE_PEM_FILE_OWN,
  STILE_PEM_FILE_FOREIGN,
} StilePemFileOwner;

GPtrArray *stile_pem_file_read (const char *path, char **text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_pem_file_write (const char *path, const char *text, StilePemFileOwner owner, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
