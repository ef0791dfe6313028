/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "atls/stile-flight.h"

#include <glib/gi18n-lib.h>

#include "atls/stile-error.h"

/* type (1), legacy version (2), length (2): RFC 8446 section 5.1. */
#define RECORD_HEADER_SIZE 5

/* A flight of an honest side has eight handshake messages; 16,000 empty ones fit in. */
#define MAX_NAMES 32

/* type (1), length (3): RFC 8446 section 4. */
#define HANDSHAKE_HEADER_SIZE 4

enum
{
  TYPE_CHANGE_CIPHER_SPEC = 20,
  TYPE_ALERT = 21,
  TYPE_HANDSHAKE = 22,
  TYPE_APPLICATION_DATA = 23,
};

/**
 * StileFlight:
 *
 * One TLS flight as it travels in one body, with its records found but not understood: for people who look on
 * (trace, drawing, report).  No session reads it.
 */
struct _StileFlight
{
  GObject parent_instance;

  GBytes *bytes;
  GArray *records;   /* of StileFlightRecord */
  GByteArray *clear; /* handshake messages that travel in the clear, joined over records */
  StileRole sender;
  guint number;
  gboolean well_formed; /* the records end where the bytes end */
};

G_DEFINE_FINAL_TYPE (StileFlight, stile_flight, G_TYPE_OBJECT)

static void
stile_flight_finalize (GObject *object)
{
  StileFlight *self = STILE_FLIGHT (object);

  g_bytes_unref (self->bytes);
  g_array_unref (self->records);
  g_byte_array_unref (self->clear);

  G_OBJECT_CLASS (stile_flight_parent_class)->finalize (object);
}

static void
stile_flight_class_init (StileFlightClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_flight_finalize;
}

static void
stile_flight_init (StileFlight *self)
{
  self->records = g_array_new (FALSE, FALSE, sizeof (StileFlightRecord));
  self->clear = g_byte_array_new ();
}

/* In TLS 1.2 what follows ChangeCipherSpec is encrypted, in TLS 1.3 it is application data (its record type lies). */
static void
add_record (StileFlight *self, const guint8 *header, guint offset, guint length, gboolean *ciphered)
{
  StileFlightRecord record = {
    .offset = offset,
    .length = length,
    .type = header[0],
    .version = (guint16)(header[1] << 8 | header[2]),
    .encrypted = header[0] == TYPE_APPLICATION_DATA || *ciphered,
  };

  g_array_append_val (self->records, record);
  if (record.type == TYPE_CHANGE_CIPHER_SPEC)
    *ciphered = TRUE;
  if (record.type == TYPE_HANDSHAKE && !record.encrypted)
    g_byte_array_append (self->clear, header + RECORD_HEADER_SIZE, length);
}

static void
find_records (StileFlight *self)
{
  gsize length;
  const guint8 *bytes = g_bytes_get_data (self->bytes, &length);
  gboolean ciphered = FALSE;
  gsize offset = 0;

  while (length - offset >= RECORD_HEADER_SIZE && self->records->len < STILE_FLIGHT_MAX_RECORDS)
    {
      gsize payload = (gsize)bytes[offset + 3] << 8 | bytes[offset + 4];

      if (length - offset - RECORD_HEADER_SIZE < payload)
        break;
      add_record (self, bytes + offset, (guint)offset, (guint)payload, &ciphered);
      offset += RECORD_HEADER_SIZE + payload;
    }

  self->well_formed = offset == length && length > 0;
}

/**
 * stile_flight_new:
 * @sender: whose flight
 * @number: which of the sender's, from 1
 * @bytes: the body, from anybody: what is no record is kept as bytes
 */
StileFlight *
stile_flight_new (StileRole sender, guint number, GBytes *bytes)
{
  StileFlight *self = g_object_new (STILE_TYPE_FLIGHT, NULL);

  self->sender = sender;
  self->number = number;
  self->bytes = g_bytes_ref (bytes);
  find_records (self);

  return self;
}

StileRole
stile_flight_get_sender (StileFlight *self)
{
  return self->sender;
}

guint
stile_flight_get_number (StileFlight *self)
{
  return self->number;
}

/**
 * stile_flight_get_bytes:
 *
 * Returns: (transfer none): the body
 */
GBytes *
stile_flight_get_bytes (StileFlight *self)
{
  return self->bytes;
}

guint
stile_flight_get_n_records (StileFlight *self)
{
  return self->records->len;
}

/**
 * stile_flight_get_record:
 *
 * Returns: (transfer none): a record, valid as long as @self
 */
const StileFlightRecord *
stile_flight_get_record (StileFlight *self, guint index)
{
  g_return_val_if_fail (index < self->records->len, NULL);

  return &g_array_index (self->records, StileFlightRecord, index);
}

/**
 * stile_flight_is_well_formed:
 *
 * Returns: whether the bytes are whole records, at least one, and nothing else
 */
gboolean
stile_flight_is_well_formed (StileFlight *self)
{
  return self->well_formed;
}

/* RFC 8446 section 4 and RFC 5246 section 7.4. */
static const char *
name_of_handshake (guint8 type)
{
  switch (type)
    {
    case 1:
      return "ClientHello";
    case 2:
      return "ServerHello";
    case 4:
      return "NewSessionTicket";
    case 11:
      return "Certificate";
    case 12:
      return "ServerKeyExchange";
    case 13:
      return "CertificateRequest";
    case 14:
      return "ServerHelloDone";
    case 15:
      return "CertificateVerify";
    case 16:
      return "ClientKeyExchange";
    case 20:
      return "Finished";
    default:
      return "Handshake";
    }
}

static void
describe_clear (StileFlight *self, GPtrArray *names)
{
  const guint8 *bytes = self->clear->data;
  gsize left = self->clear->len;

  while (left >= HANDSHAKE_HEADER_SIZE)
    {
      gsize length = (gsize)bytes[1] << 16 | (gsize)bytes[2] << 8 | bytes[3];

      if (names->len == MAX_NAMES)
        {
          g_ptr_array_add (names, g_strdup ("…"));
          return;
        }
      g_ptr_array_add (names, g_strdup (name_of_handshake (bytes[0])));
      if (length > left - HANDSHAKE_HEADER_SIZE)
        return;
      bytes += HANDSHAKE_HEADER_SIZE + length;
      left -= HANDSHAKE_HEADER_SIZE + length;
    }
}

static guint
count_records (StileFlight *self, guint8 type, gboolean encrypted)
{
  guint count = 0;

  for (guint i = 0; i < self->records->len; i++)
    {
      const StileFlightRecord *record = stile_flight_get_record (self, i);

      if ((type == 0 || record->type == type) && !record->encrypted == !encrypted)
        count++;
    }

  return count;
}

/**
 * stile_flight_describe:
 *
 * Returns: (transfer full): the flight in the protocol's words: "ServerHello, ChangeCipherSpec, 4 encrypted records"
 */
char *
stile_flight_describe (StileFlight *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  guint encrypted = count_records (self, 0, TRUE);

  describe_clear (self, names);
  if (count_records (self, TYPE_ALERT, FALSE) > 0)
    g_ptr_array_add (names, g_strdup ("Alert"));
  if (count_records (self, TYPE_CHANGE_CIPHER_SPEC, FALSE) > 0)
    g_ptr_array_add (names, g_strdup ("ChangeCipherSpec"));
  if (encrypted > 0)
    g_ptr_array_add (names, g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%u encrypted record",
                                                          "%u encrypted records", encrypted),
                                             encrypted));
  if (names->len == 0)
    return g_strdup (g_bytes_get_size (self->bytes) == 0 ? _ ("nothing more to say") : _ ("no TLS records"));

  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **)names->pdata);
}

/**
 * stile_flight_to_variant:
 * @with_bytes: whether the bytes are wanted too, in base64
 *
 * Returns: (transfer floating): the flight for JSON, as in the draft's Appendix C
 */
GVariant *
stile_flight_to_variant (StileFlight *self, gboolean with_bytes)
{
  g_autofree char *description = stile_flight_describe (self);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  g_variant_builder_add (&builder, "{sv}", "sender",
                         g_variant_new_string (self->sender == STILE_ROLE_CLIENT ? "client" : "server"));
  g_variant_builder_add (&builder, "{sv}", "number", g_variant_new_int64 (self->number));
  g_variant_builder_add (&builder, "{sv}", "bytes",
                         g_variant_new_int64 ((gint64)g_bytes_get_size (self->bytes)));
  g_variant_builder_add (&builder, "{sv}", "records", g_variant_new_int64 (self->records->len));
  g_variant_builder_add (&builder, "{sv}", "contents", g_variant_new_string (description));
  if (with_bytes)
    {
      g_autofree char *text =
          g_base64_encode (g_bytes_get_data (self->bytes, NULL), g_bytes_get_size (self->bytes));

      g_variant_builder_add (&builder, "{sv}", "base64", g_variant_new_string (text));
    }

  return g_variant_builder_end (&builder);
}

/**
 * stile_flight_check_size:
 * @bytes: of a peer
 *
 * Returns: whether that is no more than %STILE_FLIGHT_MAX_SIZE; else %STILE_ERROR_LIMIT
 */
gboolean
stile_flight_check_size (GBytes *bytes, GError **error)
{
  gsize size = g_bytes_get_size (bytes);

  if (size <= STILE_FLIGHT_MAX_SIZE)
    return TRUE;

  g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
               g_dngettext (GETTEXT_PACKAGE, "The service’s flight has %zu byte, the limit is %d",
                            "The service’s flight has %zu bytes, the limit is %d", size),
               size, STILE_FLIGHT_MAX_SIZE);
  return FALSE;
}
