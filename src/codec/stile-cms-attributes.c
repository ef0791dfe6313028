/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-cms-attributes.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "codec/stile-der-writer.h"

#define CONTENT_TYPE "1.2.840.113549.1.9.3"
#define MESSAGE_DIGEST "1.2.840.113549.1.9.4"
#define SIGNING_TIME "1.2.840.113549.1.9.5"

/* RFC 5652 section 11.3: UTCTime for these years, GeneralizedTime for all others. */
#define UTC_TIME_FIRST_YEAR 1950
#define UTC_TIME_LAST_YEAR 2049

static gboolean
refuse_twice (GError **error, const char *name)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The signature has its %s attribute twice"),
               name);
  return FALSE;
}

static gboolean
read_content_type (StileCmsAttributes *self, StileDerReader *values, GError **error)
{
  if (self->content_type != NULL)
    return refuse_twice (error, "contentType");

  self->content_type = stile_der_read_oid (values, error);
  return self->content_type != NULL && stile_der_read_end (values, error);
}

static gboolean
read_message_digest (StileCmsAttributes *self, StileDerReader *values, GError **error)
{
  if (self->message_digest != NULL)
    return refuse_twice (error, "messageDigest");

  self->message_digest = stile_der_read_octets (values, error);
  return self->message_digest != NULL && stile_der_read_end (values, error);
}

static gboolean
read_digits (const char **text, guint count, int *number)
{
  *number = 0;
  for (guint i = 0; i < count; i++, (*text)++)
    {
      if (!g_ascii_isdigit (**text))
        return FALSE;
      *number = *number * 10 + g_ascii_digit_value (**text);
    }

  return TRUE;
}

/* "YYMMDDHHMMSSZ" and "YYYYMMDDHHMMSSZ" are the only forms (RFC 5652 section 11.3). */
static gboolean
parse_time (const char *text, guint year_digits, gint64 *seconds)
{
  int parts[6];
  g_autoptr (GDateTime) date = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (!read_digits (&text, i == 0 ? year_digits : 2, &parts[i]))
      return FALSE;
  if (strcmp (text, "Z") != 0)
    return FALSE;

  if (year_digits == 2)
    parts[0] += parts[0] < UTC_TIME_FIRST_YEAR % 100 ? 2000 : 1900;
  date = g_date_time_new_utc (parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
  if (date == NULL)
    return FALSE;

  *seconds = g_date_time_to_unix (date);
  return TRUE;
}

static gboolean
read_signing_time (StileCmsAttributes *self, StileDerReader *values, GError **error)
{
  StileDerElement element;
  g_autofree char *text = NULL;

  if (self->signing_time != G_MININT64)
    return refuse_twice (error, "signingTime");
  if (!stile_der_read_any (values, &element, error) || !stile_der_read_end (values, error))
    return FALSE;

  text = g_strndup ((const char *)element.contents.bytes, element.contents.length);
  if (strlen (text) == element.contents.length &&
      ((element.tag == STILE_DER_UTC_TIME && parse_time (text, 2, &self->signing_time)) ||
       (element.tag == STILE_DER_GENERALIZED_TIME && parse_time (text, 4, &self->signing_time))))
    return TRUE;

  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The signing time is no time"));
  return FALSE;
}

static gboolean
read_attribute (StileCmsAttributes *self, StileDerReader *attribute, GError **error)
{
  static const struct
  {
    const char *oid;
    gboolean (*read) (StileCmsAttributes *self, StileDerReader *values, GError **error);
  } table[] = {
    { CONTENT_TYPE, read_content_type },
    { MESSAGE_DIGEST, read_message_digest },
    { SIGNING_TIME, read_signing_time },
  };
  g_autofree char *oid = stile_der_read_oid (attribute, error);
  StileDerElement values;

  if (oid == NULL || !stile_der_read (attribute, STILE_DER_SET, &values, error) ||
      !stile_der_read_end (attribute, error))
    return FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    if (strcmp (oid, table[i].oid) == 0)
      return table[i].read (self, &values.contents, error);

  return TRUE;
}

static gboolean
check_presence (const StileCmsAttributes *self, GError **error)
{
  const char *missing = self->content_type == NULL ? "contentType" : "messageDigest";

  if (self->content_type != NULL && self->message_digest != NULL)
    return TRUE;

  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("The signature lacks its %s attribute"),
               missing);
  return FALSE;
}

/**
 * stile_cms_attributes_read:
 * @self: (out caller-allocated): the attributes; to be cleared whatever is returned
 * @reader: the contents of a SignedAttributes, in DER
 *
 * Those that are not known are passed over.  Each known one has one value and is there once (RFC 5652 section 5.3).
 *
 * Returns: %FALSE when one is damaged, is there twice, or contentType or messageDigest is missing
 */
gboolean
stile_cms_attributes_read (StileCmsAttributes *self, StileDerReader *reader, GError **error)
{
  StileDerElement attribute;

  *self = (StileCmsAttributes){ .signing_time = G_MININT64 };
  for (guint i = 0; !stile_der_at_end (reader); i++)
    {
      if (i == STILE_CMS_ATTRIBUTES_MAX)
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                       g_dngettext (GETTEXT_PACKAGE,
                                    "The signature has %u attribute or more, the limit is %d",
                                    "The signature has %u attributes or more, the limit is %d", i + 1),
                       i + 1, STILE_CMS_ATTRIBUTES_MAX);
          return FALSE;
        }
      if (!stile_der_read (reader, STILE_DER_SEQUENCE, &attribute, error) ||
          !read_attribute (self, &attribute.contents, error))
        return FALSE;
    }

  return check_presence (self, error);
}

static GBytes *
make_attribute (const char *oid, GByteArray *value)
{
  g_autoptr (GByteArray) contents = g_byte_array_new ();
  g_autoptr (GByteArray) attribute = g_byte_array_new ();

  stile_der_writer_append_oid (contents, oid);
  stile_der_writer_append_array (contents, STILE_DER_SET, value);
  stile_der_writer_append_array (attribute, STILE_DER_SEQUENCE, contents);

  return g_byte_array_free_to_bytes (g_steal_pointer (&attribute));
}

static GBytes *
make_signing_time (gint64 seconds)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_utc (seconds);
  g_autoptr (GByteArray) value = g_byte_array_new ();
  g_autofree char *text = NULL;
  gboolean utc_time;

  if (date == NULL)
    return NULL;

  utc_time =
      g_date_time_get_year (date) >= UTC_TIME_FIRST_YEAR && g_date_time_get_year (date) <= UTC_TIME_LAST_YEAR;
  text = g_date_time_format (date, utc_time ? "%y%m%d%H%M%SZ" : "%Y%m%d%H%M%SZ");
  stile_der_writer_append (value, utc_time ? STILE_DER_UTC_TIME : STILE_DER_GENERALIZED_TIME,
                           (const guint8 *)text, strlen (text));

  return make_attribute (SIGNING_TIME, value);
}

/**
 * stile_cms_attributes_write:
 * @self: all of it; a signing time of %G_MININT64 is left out
 *
 * Returns: (transfer full): the SET OF in DER that a signature is made over (RFC 5652 section 5.4); in the message its
 *   first byte is %STILE_DER_CONTEXT(0)
 */
GBytes *
stile_cms_attributes_write (const StileCmsAttributes *self)
{
  g_autoptr (GPtrArray) attributes = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_autoptr (GByteArray) type = g_byte_array_new ();
  g_autoptr (GByteArray) digest = g_byte_array_new ();
  g_autoptr (GByteArray) set = g_byte_array_new ();
  GBytes *signing_time = make_signing_time (self->signing_time);

  stile_der_writer_append_oid (type, self->content_type);
  g_ptr_array_add (attributes, make_attribute (CONTENT_TYPE, type));
  if (signing_time != NULL)
    g_ptr_array_add (attributes, signing_time);
  stile_der_writer_append_bytes (digest, STILE_DER_OCTET_STRING, self->message_digest);
  g_ptr_array_add (attributes, make_attribute (MESSAGE_DIGEST, digest));
  stile_der_writer_append_set_of (set, STILE_DER_SET, attributes);

  return g_byte_array_free_to_bytes (g_steal_pointer (&set));
}

/**
 * stile_cms_attributes_clear:
 *
 * Lets go of what it holds.
 */
void
stile_cms_attributes_clear (StileCmsAttributes *self)
{
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->message_digest, g_bytes_unref);
}
