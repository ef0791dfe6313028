/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "bootstrap/stile-profile.h"

G_BEGIN_DECLS

/* Links come from web pages and messages of anybody.  A certificate is 0.5 to 2 KB in base64url. */
#define STILE_INVITATION_MAX_LENGTH (32 * 1024)
#define STILE_INVITATION_MAX_CERTIFICATES 8
#define STILE_INVITATION_MAX_REGISTRARS 8
#define STILE_INVITATION_MAX_NAME 120
#define STILE_INVITATION_MAX_ADDRESS 512

gboolean stile_invitation_is (const char *text);
StileProfile *stile_invitation_parse (const char *text, GError **error) G_GNUC_WARN_UNUSED_RESULT;
char *stile_invitation_make (StileProfile *profile, GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean stile_invitation_can_show (StileProfile *profile, GError **error);
char *stile_invitation_describe (StileProfile *profile);

G_END_DECLS
