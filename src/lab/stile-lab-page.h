/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * StileLabPage:
 * @STILE_LAB_PAGE_DENIED: what a network's policy forbids
 * @STILE_LAB_PAGE_NOT_UNDERSTOOD: no request that a proxy takes
 * @STILE_LAB_PAGE_NOT_HERE: not to loopback
 * @STILE_LAB_PAGE_NOT_A_TUNNEL: a request in the clear
 * @STILE_LAB_PAGE_NOBODY_THERE: the target does not answer
 *
 * What the lab's middlebox says when it answers itself.
 */
typedef enum
{
  STILE_LAB_PAGE_DENIED,
  STILE_LAB_PAGE_NOT_UNDERSTOOD,
  STILE_LAB_PAGE_NOT_HERE,
  STILE_LAB_PAGE_NOT_A_TUNNEL,
  STILE_LAB_PAGE_NOBODY_THERE,
} StileLabPage;

void stile_lab_page_send_async (GIOStream *client,
                                StileLabPage page,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean stile_lab_page_send_finish (GIOStream *client,
                                     GAsyncResult *result,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
