/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "cli/stile-cli-token-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "atls/stile-error.h"
#include "bootstrap/stile-private-file.h"
#include "codec/stile-secret.h"
#include "transport/stile-http-local-token.h"

/* A token and a line break; what is longer is the wrong file. */
#define MAX_FILE (STILE_HTTP_LOCAL_TOKEN_MAX_LENGTH + 2)

/* Bits that let anybody but the owner in. */
#define OTHERS (S_IRWXG | S_IRWXO)

static char *
make_file (const char *path, GError **error)
{
  g_autofree char *token = stile_http_local_token_make ();
  g_autofree char *line = token != NULL ? g_strconcat (token, "\n", NULL) : NULL;
  g_autoptr (GBytes) contents = NULL;

  if (token == NULL)
    {
      g_set_error_literal (error, STILE_ERROR, STILE_ERROR_FAILED, _ ("The system has no random numbers"));
      return NULL;
    }

  contents = stile_secret_bytes_new ((const guint8 *)line, strlen (line));
  return stile_private_file_create (path, contents, error) ? g_steal_pointer (&token) : NULL;
}

/* Of the open file: its name may be another's by now. */
static gboolean
check_owner (int fd, const char *path, GError **error)
{
  struct stat status;

  if (fstat (fd, &status) < 0 || !S_ISREG (status.st_mode))
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("“%s” is no file with a token"), path);
  else if (status.st_uid != geteuid ())
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 _ ("“%s” belongs to another user, who would know the token; name a file of your own"), path);
  else if (status.st_mode & OTHERS)
    g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
                 _ ("Others on this computer may open “%s”, and would know the token; remove the file for a "
                    "new token"),
                 path);
  else
    return TRUE;

  return FALSE;
}

static char *
read_open (int fd, const char *path, GError **error)
{
  char text[MAX_FILE + 1];
  gssize length;

  if (!check_owner (fd, path, error))
    return NULL;

  length = read (fd, text, MAX_FILE);
  text[MAX (length, 0)] = '\0';
  text[strcspn (text, "\r\n")] = '\0';
  if (length >= 0 && stile_http_local_token_is_valid (text))
    return g_strdup (text);

  g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS,
               _ ("The first line of “%s” is no token: %d to %d letters, digits, “-” and “_”; remove the "
                  "file for a new one"),
               path, STILE_HTTP_LOCAL_TOKEN_MIN_LENGTH, STILE_HTTP_LOCAL_TOKEN_MAX_LENGTH);
  return NULL;
}

/**
 * stile_cli_token_file_read:
 * @path: is made, for its owner alone, when it is not there
 *
 * Returns: (transfer full): the token in it; %STILE_ERROR_SETTINGS when others could know it
 */
char *
stile_cli_token_file_read (const char *path, GError **error)
{
  /* Not blocking: a name may be that of a pipe. */
  int fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  int number = errno;
  char *token;

  if (fd < 0 && number == ENOENT)
    return make_file (path, error);
  if (fd < 0)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_SETTINGS, _ ("Reading “%s”: %s"), path,
                   g_strerror (number));
      return NULL;
    }

  token = read_open (fd, path, error);
  close (fd);
  return token;
}
