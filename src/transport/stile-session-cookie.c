/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transport/stile-session-cookie.h"

#include <string.h>

/* One "name=value" of a Cookie header; the value may be quoted, as old Java clients do (RFC 2965). */
static char *
value_if_named (const char *pair, gsize length)
{
  gsize name_length = strlen (STILE_SESSION_COOKIE_NAME);
  const char *value;

  if (length <= name_length || strncmp (pair, STILE_SESSION_COOKIE_NAME, name_length) != 0 ||
      pair[name_length] != '=')
    return NULL;

  value = pair + name_length + 1;
  length -= name_length + 1;
  if (length >= 2 && value[0] == '"' && value[length - 1] == '"')
    return g_strndup (value + 1, length - 2);

  return g_strndup (value, length);
}

/**
 * stile_session_cookie_read:
 * @header: (nullable): a Cookie header, from anybody
 *
 * Reads the session's id out of a request's cookies.  Some stacks answer `$Version="1"; atls-session="…"; $Path="…"`:
 * names that begin with a dollar sign are passed over, and quoted values read.
 *
 * Returns: (transfer full) (nullable): the id as it stands there
 */
char *
stile_session_cookie_read (const char *header)
{
  if (header == NULL || strlen (header) > STILE_SESSION_COOKIE_MAX_HEADER)
    return NULL;

  while (*header != '\0')
    {
      gsize length;
      gsize end;
      char *value;

      header += strspn (header, "; \t,");
      length = end = strcspn (header, ";,");
      while (length > 0 && g_ascii_isspace (header[length - 1]))
        length--;
      value = value_if_named (header, length);
      if (value != NULL)
        return value;
      header += end;
    }

  return NULL;
}

/**
 * stile_session_cookie_write:
 * @id: the session's id
 * @path: where flights go
 * @secure: whether the connection is https: over http some clients drop a secure cookie
 *
 * No Max-Age and no Expires: some stacks then answer in the way of RFC 2965.
 *
 * Returns: (transfer full): a Set-Cookie header
 */
char *
stile_session_cookie_write (const char *id, const char *path, gboolean secure)
{
  return g_strdup_printf (STILE_SESSION_COOKIE_NAME "=%s; Path=%s; HttpOnly; SameSite=Strict%s", id, path,
                          secure ? "; Secure" : "");
}
