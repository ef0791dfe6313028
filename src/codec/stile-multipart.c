/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-multipart.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <gnutls/crypto.h>
#include <string.h>

#include "codec/stile-content-type.h"
#include "codec/stile-hex.h"
#include "codec/stile-secret.h"

#define BOUNDARY_BYTES 16

typedef enum
{
  READER_PREAMBLE,
  READER_FIELDS,
  READER_CONTENT,
  READER_EPILOGUE,
} ReaderState;

/* A body that is being read, a line at a time. */
typedef struct
{
  ReaderState state;
  const char *boundary;
  GPtrArray *parts; /* of StileMultipartPart */
  guint fields;     /* of this part */
  GString *field;   /* may go on in the next line */
  const char *content;
} Reader;

static void
part_free (gpointer data)
{
  StileMultipartPart *part = data;

  g_free (part->content_type);
  g_clear_pointer (&part->content, g_bytes_unref);
  g_free (part);
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The body in parts is damaged: %s"), why);
  return FALSE;
}

static gboolean refuse_size (GError **error, const char *format, int limit) G_GNUC_PRINTF (2, 0);

/* @format is a sentence with room for @limit. */
static gboolean
refuse_size (GError **error, const char *format, int limit)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, format, limit);
  return FALSE;
}

static StileMultipartPart *
last_part (Reader *self)
{
  return g_ptr_array_index (self->parts, self->parts->len - 1);
}

static gboolean
finish_field (Reader *self, GError **error)
{
  StileMultipartPart *part = last_part (self);
  const char *colon = strchr (self->field->str, ':');

  if (self->field->len == 0)
    return TRUE;
  if (colon == NULL || colon == self->field->str)
    return refuse (error, _ ("a line of a part’s head is no field"));

  if (g_ascii_strncasecmp (self->field->str, "content-type:", strlen ("content-type:")) == 0)
    {
      if (part->content_type != NULL)
        return refuse (error, _ ("a part has two types"));
      part->content_type = g_strstrip (g_strdup (colon + 1));
    }
  g_string_truncate (self->field, 0);
  return TRUE;
}

/* A line that begins with a space goes on with the one before (RFC 822 section 3.1.1). */
static gboolean
read_field (Reader *self, const char *line, gsize length, GError **error)
{
  gboolean folded = length > 0 && (*line == ' ' || *line == '\t');

  if (memchr (line, '\0', length) != NULL)
    return refuse (error, _ ("a part’s head holds a NUL"));
  if (folded && self->field->len == 0)
    return refuse (error, _ ("a part’s head begins in the middle of a field"));
  if (!folded && !finish_field (self, error))
    return FALSE;
  if (length > 0 && !folded && ++self->fields > STILE_MULTIPART_MAX_FIELDS)
    return refuse_size (error, _ ("The body in parts has more fields in a part than the limit of %d"),
                        STILE_MULTIPART_MAX_FIELDS);
  if (self->field->len + length > STILE_MULTIPART_MAX_FIELD_LENGTH)
    return refuse_size (error, _ ("The body in parts has more characters in a field than the limit of %d"),
                        STILE_MULTIPART_MAX_FIELD_LENGTH);

  g_string_append_len (self->field, line, (gssize)length);
  if (length == 0)
    self->state = READER_CONTENT;
  return TRUE;
}

/* The line break before a boundary belongs to the boundary (RFC 2046 section 5.1.1). */
static void
finish_part (Reader *self, const char *end)
{
  gsize length = (gsize)(end - self->content);

  if (length > 0 && self->content[length - 1] == '\n')
    length--;
  if (length > 0 && self->content[length - 1] == '\r')
    length--;
  last_part (self)->content = stile_secret_bytes_new ((const guint8 *)self->content, length);
}

static gboolean
begin_part (Reader *self, GError **error)
{
  if (self->parts->len == STILE_MULTIPART_MAX_PARTS)
    return refuse_size (error, _ ("The body has more parts than the limit of %d"), STILE_MULTIPART_MAX_PARTS);

  g_ptr_array_add (self->parts, g_new0 (StileMultipartPart, 1));
  self->state = READER_FIELDS;
  self->fields = 0;
  self->content = NULL;
  g_string_truncate (self->field, 0);
  return TRUE;
}

static gboolean
is_boundary (Reader *self, const char *line, gsize length, gboolean *closes)
{
  gsize boundary = strlen (self->boundary);

  if (length < 2 + boundary || memcmp (line, "--", 2) != 0 ||
      memcmp (line + 2, self->boundary, boundary) != 0)
    return FALSE;

  line += 2 + boundary;
  length -= 2 + boundary;
  *closes = length >= 2 && memcmp (line, "--", 2) == 0;
  for (gsize i = *closes ? 2 : 0; i < length; i++)
    if (line[i] != ' ' && line[i] != '\t')
      return FALSE;

  return TRUE;
}

static gboolean
read_boundary (Reader *self, const char *line, gboolean closes, GError **error)
{
  if (self->state == READER_FIELDS)
    return refuse (error, _ ("a part ends within its head"));
  if (self->state == READER_CONTENT)
    finish_part (self, line);
  if (!closes)
    return begin_part (self, error);
  if (self->parts->len == 0)
    return refuse (error, _ ("there is no part in it"));

  self->state = READER_EPILOGUE;
  return TRUE;
}

static gboolean
read_line (Reader *self, const char *line, gsize length, const char *next, GError **error)
{
  gboolean closes = FALSE;

  if (length > 0 && line[length - 1] == '\r')
    length--;
  if (self->state == READER_EPILOGUE)
    return TRUE;
  if (is_boundary (self, line, length, &closes))
    return read_boundary (self, line, closes, error);
  if (self->state == READER_FIELDS)
    {
      if (!read_field (self, line, length, error))
        return FALSE;
      self->content = next;
    }

  return TRUE;
}

static gboolean
read_lines (Reader *self, const char *text, gsize length, GError **error)
{
  const char *end = text + length;

  while (text < end)
    {
      const char *line_end = memchr (text, '\n', (gsize)(end - text));
      const char *next = line_end != NULL ? line_end + 1 : end;

      if (!read_line (self, text, (gsize)((line_end != NULL ? line_end : end) - text), next, error))
        return FALSE;
      text = next;
    }

  return self->state == READER_EPILOGUE || refuse (error, _ ("its end is missing"));
}

static char *
find_boundary (const char *value, GError **error)
{
  g_autoptr (StileContentType) type = stile_content_type_parse (value, error);
  const char *boundary;
  gsize length;

  if (type == NULL)
    return NULL;
  boundary = stile_content_type_get_parameter (type, "boundary");
  length = boundary != NULL ? strlen (boundary) : 0;
  if (!g_str_has_prefix (stile_content_type_get_name (type), "multipart/"))
    refuse (error, _ ("its type is another one"));
  else if (length == 0 || length > STILE_MULTIPART_MAX_BOUNDARY || boundary[length - 1] == ' ')
    refuse (error, _ ("its type says no boundary that could be one"));
  else
    return g_strdup (boundary);

  return NULL;
}

/**
 * stile_multipart_parse:
 * @body: parts with boundaries between them (RFC 2046 section 5.1)
 * @content_type: (nullable): the field of the message, which says the boundary
 * @error: %G_IO_ERROR_INVALID_DATA or %G_IO_ERROR_MESSAGE_TOO_LARGE
 *
 * What stands before the first and behind the last boundary is stepped over.  Lines may end with LF alone.  Encodings
 * of parts are not undone: EST has base64 whatever the field says (RFC 8951 section 3).
 *
 * Returns: (transfer full) (element-type StileMultipartPart): at least one
 */
GPtrArray *
stile_multipart_parse (GBytes *body, const char *content_type, GError **error)
{
  g_autofree char *boundary = find_boundary (content_type, error);
  g_autoptr (GPtrArray) parts = stile_multipart_new ();
  Reader reader = { READER_PREAMBLE, boundary, parts, 0, NULL, NULL };
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  gboolean good;

  if (boundary == NULL)
    return NULL;
  if (length > STILE_MULTIPART_MAX_SIZE)
    return refuse_size (error, _ ("The body in parts has more bytes than the limit of %d"),
                        STILE_MULTIPART_MAX_SIZE),
           NULL;

  reader.field = g_string_new (NULL);
  good = read_lines (&reader, text, length, error);
  g_string_free (reader.field, TRUE);

  return good ? g_steal_pointer (&parts) : NULL;
}

/**
 * stile_multipart_new:
 *
 * Returns: (transfer full) (element-type StileMultipartPart): no parts yet
 */
GPtrArray *
stile_multipart_new (void)
{
  return g_ptr_array_new_with_free_func (part_free);
}

/**
 * stile_multipart_add:
 * @parts: (element-type StileMultipartPart): gets one more
 * @content_type: of it
 * @content: in base64
 */
void
stile_multipart_add (GPtrArray *parts, const char *content_type, GBytes *content)
{
  StileMultipartPart *part = g_new0 (StileMultipartPart, 1);

  part->content_type = g_strdup (content_type);
  part->content = g_bytes_ref (content);
  g_ptr_array_add (parts, part);
}

static char *
make_boundary (void)
{
  guint8 bytes[BOUNDARY_BYTES];

  if (gnutls_rnd (GNUTLS_RND_NONCE, bytes, sizeof bytes) < 0)
    g_assert_not_reached ();

  return stile_hex_encode (bytes, sizeof bytes);
}

static gsize
measure (GPtrArray *parts)
{
  gsize size = 64;

  for (guint i = 0; i < parts->len; i++)
    {
      StileMultipartPart *part = g_ptr_array_index (parts, i);

      size += 128 + strlen (part->content_type) + g_bytes_get_size (part->content);
    }

  return size;
}

/**
 * stile_multipart_write:
 * @parts: (element-type StileMultipartPart): at least one, with a type each and content in base64
 * @content_type: (out) (transfer full): for the message's field
 *
 * Returns: (transfer full): the body (RFC 7030 section 4.4.2); wiped when it goes
 */
GBytes *
stile_multipart_write (GPtrArray *parts, char **content_type)
{
  g_autofree char *boundary = make_boundary ();
  /* Large enough from the start: a text that grows leaves copies of a key behind. */
  g_autoptr (GString) text = g_string_sized_new (measure (parts));
  GBytes *body;

  for (guint i = 0; i < parts->len; i++)
    {
      StileMultipartPart *part = g_ptr_array_index (parts, i);

      g_string_append_printf (text, "--%s\r\nContent-Type: %s\r\nContent-Transfer-Encoding: base64\r\n\r\n",
                              boundary, part->content_type);
      g_string_append_len (text, g_bytes_get_data (part->content, NULL),
                           (gssize)g_bytes_get_size (part->content));
      g_string_append (text, "\r\n");
    }
  g_string_append_printf (text, "--%s--\r\n", boundary);

  *content_type = g_strdup_printf ("multipart/mixed; boundary=%s", boundary);
  body = stile_secret_bytes_new ((const guint8 *)text->str, text->len);
  stile_secret_wipe (text->str, text->len);
  return body;
}
