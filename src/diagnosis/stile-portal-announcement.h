/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* An option of DHCP has 255 bytes, one of IPv6's router advertisements 2032 (RFC 8910 sections 2.1 and 2.3). */
#define STILE_PORTAL_ANNOUNCEMENT_MAX_URI 2032

/* RFC 8910 section 2: there is no portal here. */
#define STILE_PORTAL_ANNOUNCEMENT_UNRESTRICTED "urn:ietf:params:capport:unrestricted"

void stile_portal_announcement_find_async (GCancellable *cancellable,
                                           GAsyncReadyCallback callback,
                                           gpointer user_data);
char *stile_portal_announcement_find_finish (GAsyncResult *result, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
