/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-http-version.h"

#include <libsoup/soup.h>

/**
 * stile_http_version_describe:
 *
 * Returns: (transfer full): which HTTP library it is, for a report
 */
char *
stile_http_version_describe (void)
{
  return g_strdup_printf ("libsoup %u.%u.%u", soup_get_major_version (), soup_get_minor_version (),
                          soup_get_micro_version ());
}
