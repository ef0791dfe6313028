/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-binary-http.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-binary-reader.h"

/* RFC 9292 section 3.3. */
typedef enum
{
  FRAMING_KNOWN_REQUEST,
  FRAMING_KNOWN_RESPONSE,
  FRAMING_INDETERMINATE_REQUEST,
  FRAMING_INDETERMINATE_RESPONSE,
} Framing;

/* RFC 9110 section 7.6.1: these speak of one connection, and a binary message has none (RFC 9292 section 3.6). */
static const char *const connection_fields[] = {
  "connection", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade", NULL,
};

/* What control data says, RFC 9292 section 3.6: no field line says it again. */
static const char *const control_fields[] = {
  ":method", ":scheme", ":authority", ":path", ":status", NULL,
};

typedef enum
{
  SECTION_INFORMATIONAL,
  SECTION_HEADER,
  SECTION_TRAILER,
} Section;

static const char *const section_names[] = { "informational", "header", "trailer" };

/* RFC 9110 section 5.6.2 for methods, RFC 3986 section 3.1 for schemes: both are short lists of characters. */
static gboolean
consists_of (const char *text, const char *marks)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr (marks, *text) == NULL)
      return FALSE;

  return TRUE;
}

static gboolean
is_visible (const char *text)
{
  for (; *text != '\0'; text++)
    if (!g_ascii_isgraph (*text))
      return FALSE;

  return TRUE;
}

/* RFC 9113 sections 8.3.1 and 8.5: the rules for the pseudo-fields that control data stands for. */
static gboolean
check_control_data (
    const char *method, const char *scheme, const char *authority, const char *path, GError **error)
{
  gboolean connect = g_str_equal (method, "CONNECT");

  if (*method == '\0' || !consists_of (method, "!#$%&'*+-.^_`|~"))
    return stile_binary_reader_invalid (error, _ ("the method is no token"));
  if (connect && (*scheme != '\0' || *path != '\0' || *authority == '\0'))
    return stile_binary_reader_invalid (error, _ ("CONNECT has an authority and neither scheme nor path"));
  if (!connect && (!g_ascii_isalpha (*scheme) || !consists_of (scheme, "+-.")))
    return stile_binary_reader_invalid (error, _ ("the scheme is no scheme"));
  if (!is_visible (authority) || strpbrk (authority, "@/?#\\") != NULL)
    return stile_binary_reader_invalid (error, _ ("the authority is not a host and a port"));
  if (!is_visible (path) || strchr (path, '#') != NULL)
    return stile_binary_reader_invalid (error, _ ("the path has characters that none has"));
  if (!connect && *path != '/' && !(g_str_equal (method, "OPTIONS") && g_str_equal (path, "*")))
    return stile_binary_reader_invalid (error, _ ("the path does not begin with a slash"));

  return TRUE;
}

static StileHttpMessage *
read_request_control_data (StileBinaryReader *self, GError **error)
{
  g_autofree char *method = stile_binary_reader_read_string (self, error);
  g_autofree char *scheme = method != NULL ? stile_binary_reader_read_string (self, error) : NULL;
  g_autofree char *authority = scheme != NULL ? stile_binary_reader_read_string (self, error) : NULL;
  g_autofree char *path = authority != NULL ? stile_binary_reader_read_string (self, error) : NULL;

  if (path == NULL || !check_control_data (method, scheme, authority, path, error))
    return NULL;

  return stile_http_message_new_request (method, scheme, authority, path);
}

/* RFC 9113 section 8.2.1: what HTTP/2 would call malformed. */
static gboolean
check_field_value (const char *value, GError **error)
{
  gsize length = strlen (value);

  if (strpbrk (value, "\r\n") != NULL)
    return stile_binary_reader_invalid (error, _ ("a field’s value holds a line break"));
  if (length > 0 && (strchr (" \t", value[0]) != NULL || strchr (" \t", value[length - 1]) != NULL))
    return stile_binary_reader_invalid (error, _ ("a field’s value begins or ends with a space"));

  return TRUE;
}

/* RFC 9292 section 3.6: extensions may define pseudo-fields.  They come first, and Stile knows none. */
static gboolean
check_pseudo_field (const char *name, Section section, gboolean first, GError **error)
{
  if (g_strv_contains (control_fields, name))
    return stile_binary_reader_invalid (error, _ ("a field says what the control data says"));
  if (section == SECTION_TRAILER)
    return stile_binary_reader_invalid (error, _ ("a pseudo-field is in the trailer section"));
  if (!first)
    return stile_binary_reader_invalid (error, _ ("a pseudo-field follows another field"));

  return TRUE;
}

static gboolean
add_field (StileHttpMessage *message, Section section, const char *name, const char *value, GError **error)
{
  gboolean added = section == SECTION_TRAILER ? stile_http_message_add_trailer (message, name, value)
                                              : stile_http_message_add_field (message, name, value);

  return added ||
         stile_binary_reader_invalid (error, _ ("a field’s name or value has characters that none has"));
}

static gboolean
read_field_line (StileBinaryReader *self,
                 const StileBinaryReader *name_part,
                 Section section,
                 gboolean *pseudo_fields,
                 StileHttpMessage *message,
                 GError **error)
{
  g_autofree char *name = stile_binary_reader_to_string (name_part, error);
  g_autofree char *value = name != NULL ? stile_binary_reader_read_string (self, error) : NULL;

  if (value == NULL || !check_field_value (value, error))
    return FALSE;
  if (*name == ':')
    return check_pseudo_field (name, section, *pseudo_fields, error);

  *pseudo_fields = FALSE;
  return add_field (message, section, name, value, error);
}

static gboolean
check_count (guint count, Section section, GError **error)
{
  if (count < STILE_HTTP_MESSAGE_MAX_FIELDS)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               _ ("The binary HTTP message’s %s section has %u fields or more, the limit is %d"),
               section_names[section], count + 1, STILE_HTTP_MESSAGE_MAX_FIELDS);
  return FALSE;
}

/* An indeterminate-length section ends with a zero where the next name's length would be, a known-length one with its
 * bytes.  A message that ends where a section would begin has an empty one (RFC 9292 sections 3.1 and 3.8). */
static gboolean
read_field_lines (
    StileBinaryReader *self, gboolean terminated, Section section, StileHttpMessage *message, GError **error)
{
  gboolean pseudo_fields = TRUE;

  if (stile_binary_reader_at_end (self))
    return TRUE;

  for (guint count = 0; terminated || !stile_binary_reader_at_end (self); count++)
    {
      StileBinaryReader name;

      if (!stile_binary_reader_read_part (self, &name, error))
        return FALSE;
      if (name.length == 0)
        return terminated || stile_binary_reader_invalid (error, _ ("a field has no name"));
      if (!check_count (count, section, error) ||
          !read_field_line (self, &name, section, &pseudo_fields, message, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_field_section (
    StileBinaryReader *self, gboolean known, Section section, StileHttpMessage *message, GError **error)
{
  StileBinaryReader part;

  if (!known || stile_binary_reader_at_end (self))
    return read_field_lines (self, TRUE, section, message, error);

  return stile_binary_reader_read_part (self, &part, error) &&
         read_field_lines (&part, FALSE, section, message, error);
}

static gboolean
pass_over_informational (StileBinaryReader *self, gboolean known, guint count, GError **error)
{
  g_autoptr (StileHttpMessage) forgotten = stile_http_message_new_response (200);

  if (count < STILE_BINARY_HTTP_MAX_INFORMATIONAL)
    return read_field_section (self, known, SECTION_INFORMATIONAL, forgotten, error);

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
               g_dngettext (GETTEXT_PACKAGE,
                            "The binary HTTP message has %u informational response or more, the limit is %d",
                            "The binary HTTP message has %u informational responses or more, the limit is %d",
                            count + 1),
               count + 1, STILE_BINARY_HTTP_MAX_INFORMATIONAL);
  return FALSE;
}

static StileHttpMessage *
read_response_control_data (StileBinaryReader *self, gboolean known, GError **error)
{
  guint64 status;

  for (guint informational = 0; stile_binary_reader_read_integer (self, &status, error); informational++)
    {
      if (status >= 200 && status <= 599)
        return stile_http_message_new_response ((guint)status);
      if (status < 100 || status > 599)
        return stile_binary_reader_invalid (error, _ ("the status code is not from 100 to 599")), NULL;
      if (!pass_over_informational (self, known, informational, error))
        return NULL;
    }

  return NULL;
}

static GBytes *
read_chunks (StileBinaryReader *self, GError **error)
{
  g_autoptr (GByteArray) content = g_byte_array_new ();
  StileBinaryReader chunk;

  do
    {
      if (!stile_binary_reader_read_part (self, &chunk, error))
        return NULL;
      if (chunk.length > 0)
        g_byte_array_append (content, chunk.bytes, (guint)chunk.length);
    }
  while (chunk.length > 0);

  return g_byte_array_free_to_bytes (g_steal_pointer (&content));
}

static gboolean
read_content (
    StileBinaryReader *self, gboolean known, GBytes *bytes, StileHttpMessage *message, GError **error)
{
  g_autoptr (GBytes) content = NULL;
  StileBinaryReader part;

  if (stile_binary_reader_at_end (self))
    return TRUE;

  if (!known)
    content = read_chunks (self, error);
  else if (stile_binary_reader_read_part (self, &part, error))
    content = g_bytes_new_from_bytes (bytes, self->offset - part.length, part.length);
  if (content == NULL)
    return FALSE;

  stile_http_message_set_content (message, NULL, content);
  return TRUE;
}

static gboolean
read_padding (StileBinaryReader *self, GError **error)
{
  for (; !stile_binary_reader_at_end (self); self->offset++)
    if (self->bytes[self->offset] != 0)
      return stile_binary_reader_invalid (error, _ ("bytes other than zeros follow its end"));

  return TRUE;
}

static StileHttpMessage *
read_message (StileBinaryReader *self, GBytes *bytes, GError **error)
{
  guint64 framing;
  gboolean known;
  g_autoptr (StileHttpMessage) message = NULL;

  if (!stile_binary_reader_read_integer (self, &framing, error))
    return NULL;
  if (framing > FRAMING_INDETERMINATE_RESPONSE)
    return stile_binary_reader_invalid (error, _ ("the framing indicator is not from 0 to 3")), NULL;

  known = framing == FRAMING_KNOWN_REQUEST || framing == FRAMING_KNOWN_RESPONSE;
  message = framing == FRAMING_KNOWN_REQUEST || framing == FRAMING_INDETERMINATE_REQUEST
                ? read_request_control_data (self, error)
                : read_response_control_data (self, known, error);
  if (message == NULL || !read_field_section (self, known, SECTION_HEADER, message, error) ||
      !read_content (self, known, bytes, message, error) ||
      !read_field_section (self, known, SECTION_TRAILER, message, error) || !read_padding (self, error))
    return NULL;

  return g_steal_pointer (&message);
}

/**
 * stile_binary_http_decode:
 * @bytes: a message of known or indeterminate length
 * @error: %G_IO_ERROR_MESSAGE_TOO_LARGE for more than %STILE_BINARY_HTTP_MAX_SIZE bytes,
 *   %STILE_HTTP_MESSAGE_MAX_FIELDS fields in a section or %STILE_BINARY_HTTP_MAX_INFORMATIONAL informational responses,
 *   %G_IO_ERROR_INVALID_DATA for whatever else RFC 9292 calls invalid (section 4)
 *
 * Reads a Binary HTTP message (RFC 9292).  Passes over informational responses and pseudo-fields of extensions.  The
 * content may share the memory of @bytes.
 *
 * Returns: (transfer full): the message
 */
StileHttpMessage *
stile_binary_http_decode (GBytes *bytes, GError **error)
{
  StileBinaryReader reader = { 0 };

  reader.bytes = g_bytes_get_data (bytes, &reader.length);
  if (reader.length > STILE_BINARY_HTTP_MAX_SIZE)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "The binary HTTP message has %zu byte, the limit is %d",
                                "The binary HTTP message has %zu bytes, the limit is %d", reader.length),
                   reader.length, STILE_BINARY_HTTP_MAX_SIZE);
      return NULL;
    }

  return read_message (&reader, bytes, error);
}

static void
write_integer (GByteArray *out, guint64 value)
{
  guint exponent = value < 1 << 6 ? 0 : value < 1 << 14 ? 1 : value < 1 << 30 ? 2 : 3;
  gsize size = (gsize)1 << exponent;
  guint64 big_endian = GUINT64_TO_BE (value | (guint64)exponent << (8 * size - 2));

  g_byte_array_append (out, (const guint8 *)&big_endian + sizeof big_endian - size, (guint)size);
}

static void
write_part (GByteArray *out, const void *bytes, gsize length)
{
  write_integer (out, length);
  if (length > 0)
    g_byte_array_append (out, bytes, (guint)length);
}

static void
write_string (GByteArray *out, const char *text)
{
  write_part (out, text, strlen (text));
}

typedef const char *(*GetNth) (StileHttpMessage *message, guint index, const char **value);

static void
write_field_section (GByteArray *out, StileHttpMessage *message, guint count, GetNth get_nth)
{
  g_autoptr (GByteArray) section = g_byte_array_new ();

  for (guint i = 0; i < count; i++)
    {
      const char *value;
      const char *name = get_nth (message, i, &value);

      if (g_strv_contains (connection_fields, name))
        continue;
      write_string (section, name);
      write_string (section, value);
    }

  write_part (out, section->data, section->len);
}

static void
write_control_data (GByteArray *out, StileHttpMessage *message)
{
  if (stile_http_message_is_request (message))
    {
      write_integer (out, FRAMING_KNOWN_REQUEST);
      write_string (out, stile_http_message_get_method (message));
      write_string (out, stile_http_message_get_scheme (message));
      write_string (out, stile_http_message_get_authority (message));
      write_string (out, stile_http_message_get_path (message));
    }
  else
    {
      write_integer (out, FRAMING_KNOWN_RESPONSE);
      write_integer (out, stile_http_message_get_status (message));
    }
}

/**
 * stile_binary_http_encode:
 * @message: a request or a response
 *
 * Writes a Binary HTTP message of known length (RFC 9292 section 3.1), without the fields that speak of a connection.
 * A peer that is Stile takes %STILE_BINARY_HTTP_MAX_SIZE bytes of it.
 *
 * Returns: (transfer full): the bytes
 */
GBytes *
stile_binary_http_encode (StileHttpMessage *message)
{
  GByteArray *out = g_byte_array_new ();
  gsize length;
  const guint8 *content = g_bytes_get_data (stile_http_message_get_content (message), &length);

  g_assert (length <= G_MAXINT32);
  write_control_data (out, message);
  write_field_section (out, message, stile_http_message_get_n_fields (message),
                       stile_http_message_get_nth_field);
  write_part (out, content, length);
  write_field_section (out, message, stile_http_message_get_n_trailers (message),
                       stile_http_message_get_nth_trailer);

  return g_byte_array_free_to_bytes (out);
}
