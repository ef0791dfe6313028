/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-media-type.h"

#include <string.h>

/**
 * stile_media_type_is:
 * @value: (nullable): a Content-Type header, from anybody
 * @media_type: a type without parameters
 *
 * Returns: whether they are the same: case and parameters do not matter (RFC 9110 section 8.3.1)
 */
gboolean
stile_media_type_is (const char *value, const char *media_type)
{
  gsize length = strlen (media_type);

  if (value == NULL || g_ascii_strncasecmp (value, media_type, length) != 0)
    return FALSE;

  value += length;
  value += strspn (value, " \t");
  return *value == '\0' || *value == ';';
}

/**
 * stile_media_type_get_kind:
 * @value: (nullable): a Content-Type header, from anybody
 * @kind: (out): what the body is
 *
 * Returns: whether @value is one of ATLS' types
 */
gboolean
stile_media_type_get_kind (const char *value, StileMessageKind *kind)
{
  if (stile_media_type_is (value, STILE_MEDIA_TYPE_FLIGHT) ||
      stile_media_type_is (value, STILE_MEDIA_TYPE_FLIGHT_LATE))
    *kind = STILE_MESSAGE_FLIGHT;
  else if (stile_media_type_is (value, STILE_MEDIA_TYPE_SEALED))
    *kind = STILE_MESSAGE_SEALED;
  else
    return FALSE;

  return TRUE;
}
