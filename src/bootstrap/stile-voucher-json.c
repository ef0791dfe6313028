/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bootstrap/stile-voucher-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "atls/stile-error.h"
#include "codec/stile-base64url.h"
#include "codec/stile-certificate-text.h"
#include "codec/stile-date.h"
#include "codec/stile-json.h"

/* Serial numbers and host names; RFC 5280 lets a serialNumber attribute have 64 characters, the real ones fit. */
#define MAX_TEXT 256

/* Of a wrong root, so much is quoted: the right ones have half of it. */
#define MAX_SHOWN_ROOT 64

typedef enum
{
  DATE,
  TEXT,
  NONCE,
  BINARY,
  ASSERTION,
  REVOCATION,
} MemberType;

/**
 * Member:
 * @name: in JSON
 * @type: how it is written
 * @offset: where it is in StileVoucherFields
 * @only_in_requests: whether a voucher does not have it
 */
typedef struct
{
  const char *name;
  MemberType type;
  gsize offset;
  gboolean only_in_requests;
} Member;

#define AT(field) G_STRUCT_OFFSET (StileVoucherFields, field)

/* RFC 8366 section 5.3, RFC 8995 section 3.4, 8366bis; in the order in which they are written. */
static const Member members[] = {
  { "created-on", DATE, AT (created_on), FALSE },
  { "expires-on", DATE, AT (expires_on), FALSE },
  { "assertion", ASSERTION, AT (assertion), FALSE },
  { "serial-number", TEXT, AT (serial_number), FALSE },
  { "idevid-issuer", BINARY, AT (idevid_issuer), FALSE },
  { "pinned-domain-cert", BINARY, AT (pinned_domain_cert), FALSE },
  { "pinned-domain-pubk", BINARY, AT (pinned_domain_pubk), FALSE },
  { "pinned-domain-pubk-sha256", BINARY, AT (pinned_domain_pubk_sha256), FALSE },
  { "domain-cert-revocation-checks", REVOCATION, AT (revocation), FALSE },
  { "nonce", NONCE, AT (nonce), FALSE },
  { "last-renewal-date", DATE, AT (last_renewal_date), FALSE },
  { "est-domain", TEXT, AT (est_domain), FALSE },
  { "additional-configuration-url", TEXT, AT (additional_configuration_url), FALSE },
  { "prior-signed-voucher-request", BINARY, AT (prior_signed_voucher_request), TRUE },
  { "proximity-registrar-cert", BINARY, AT (proximity_registrar_cert), TRUE },
  { "proximity-registrar-pubk", BINARY, AT (proximity_registrar_pubk), TRUE },
  { "proximity-registrar-pubk-sha256", BINARY, AT (proximity_registrar_pubk_sha256), TRUE },
};

/* Known, and kept as they came: 8366bis section 4.1, BRSKI-PRM section 7.1 and 7.3. */
static const char *const kept[] = {
  "extensions",        "manufacturer-proprietary",
  "agent-sign-cert",   "agent-provided-proximity-registrar-cert",
  "agent-signed-data",
};

static const char *const roots[] = {
  [STILE_VOUCHER_ARTIFACT] = "ietf-voucher:voucher",
  [STILE_VOUCHER_REQUEST] = "ietf-voucher-request:voucher",
};

static const Member *
find_member (const char *name, StileVoucherKind kind)
{
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (strcmp (members[i].name, name) == 0)
      return kind == STILE_VOUCHER_REQUEST || !members[i].only_in_requests ? &members[i] : NULL;

  return NULL;
}

static gboolean
is_kept (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    if (strcmp (kept[i], name) == 0)
      return TRUE;

  return g_str_has_prefix (name, "extension:");
}

/* --- reading --- */

/**
 * Reading:
 *
 * A voucher while it is read: what the fields point to is held here until they are copied.
 */
typedef struct
{
  StileVoucherFields fields;
  GPtrArray *values;   /* of GVariant */
  GPtrArray *binaries; /* of GBytes */
  GVariantBuilder more;
  gboolean has_more;
} Reading;

static gboolean refuse_member (GError **error, const char *name, const char *format) G_GNUC_PRINTF (3, 0);

/* @format is a sentence with room for @name. */
static gboolean
refuse_member (GError **error, const char *name, const char *format)
{
  g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL, format, name);
  return FALSE;
}

static gboolean
read_text (const Member *member, const char *text, const char **field, GError **error)
{
  gsize limit = member->type == NONCE ? STILE_VOUCHER_MAX_NONCE : MAX_TEXT;

  if (*text == '\0')
    return refuse_member (error, member->name, _ ("“%s” is empty"));
  if (strlen (text) > limit)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
                   g_dngettext (GETTEXT_PACKAGE, "“%s” has %zu byte, the limit is %zu",
                                "“%s” has %zu bytes, the limit is %zu", strlen (text)),
                   member->name, strlen (text), limit);
      return FALSE;
    }

  *field = text;
  return TRUE;
}

static gboolean
read_binary (Reading *self, const Member *member, const char *text, GBytes **field, GError **error)
{
  g_autoptr (GBytes) bytes = stile_base64url_decode_standard (text, -1, NULL);

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    return refuse_member (error, member->name, _ ("“%s” is not in base64 with padding (RFC 4648 section 4)"));

  *field = bytes;
  g_ptr_array_add (self->binaries, g_steal_pointer (&bytes));
  return TRUE;
}

static gboolean
read_date (const Member *member, const char *text, gint64 *field, GError **error)
{
  if (stile_date_parse (text, field, NULL))
    return TRUE;

  return refuse_member (error, member->name, _ ("“%s” is no date (RFC 3339)"));
}

static StileAssertion
read_assertion (const char *text)
{
  for (StileAssertion i = STILE_ASSERTION_VERIFIED; i < STILE_ASSERTION_UNKNOWN; i++)
    if (strcmp (stile_voucher_get_assertion_name (i), text) == 0)
      return i;

  return STILE_ASSERTION_UNKNOWN;
}

static gboolean
read_string_member (Reading *self, const Member *member, const char *text, GError **error)
{
  gpointer field = G_STRUCT_MEMBER_P (&self->fields, member->offset);

  switch (member->type)
    {
    case DATE:
      return read_date (member, text, field, error);
    case BINARY:
      return read_binary (self, member, text, field, error);
    case ASSERTION:
      *(StileAssertion *)field = read_assertion (text);
      return TRUE;
    case TEXT:
    case NONCE:
      return read_text (member, text, field, error);
    case REVOCATION:
    default:
      return refuse_member (error, member->name, _ ("“%s” is neither true nor false"));
    }
}

static gboolean
read_member (Reading *self, const Member *member, GVariant *value, GError **error)
{
  if (member->type == REVOCATION && g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    {
      self->fields.revocation =
          g_variant_get_boolean (value) ? STILE_REVOCATION_REQUIRED : STILE_REVOCATION_FORBIDDEN;
      return TRUE;
    }
  if (!g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return refuse_member (error, member->name, _ ("“%s” is not written as the RFCs say"));

  return read_string_member (self, member, g_variant_get_string (value, NULL), error);
}

static gboolean
read_members (Reading *self, GVariant *object, StileVoucherKind kind, GError **error)
{
  gsize count = g_variant_n_children (object);

  if (count > STILE_VOUCHER_JSON_MAX_MEMBERS)
    {
      g_set_error (error, STILE_ERROR, STILE_ERROR_LIMIT,
                   g_dngettext (GETTEXT_PACKAGE, "The voucher has %zu member, the limit is %d",
                                "The voucher has %zu members, the limit is %d", count),
                   count, STILE_VOUCHER_JSON_MAX_MEMBERS);
      return FALSE;
    }

  for (gsize i = 0; i < count; i++)
    {
      const char *name;
      GVariant *value;
      const Member *member;

      g_variant_get_child (object, i, "{&sv}", &name, &value);
      g_ptr_array_add (self->values, value);
      member = find_member (name, kind);
      if (member != NULL && !read_member (self, member, value, error))
        return FALSE;
      if (member == NULL && is_kept (name))
        {
          g_variant_builder_add (&self->more, "{sv}", name, value);
          self->has_more = TRUE;
        }
    }

  if (self->fields.serial_number != NULL)
    return TRUE;

  g_set_error_literal (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                       _ ("It names no device: “serial-number” is missing"));
  return FALSE;
}

static GVariant *
parse_document (GBytes *json, GError **error)
{
  GVariant *document = stile_json_parse (json, STILE_VOUCHER_JSON_MAX_SIZE, error);

  if (document == NULL)
    stile_error_convert (error, STILE_ERROR_PROTOCOL);
  return document;
}

/* The root of @kind, else the first that is an object: which one it may be is stile_voucher_json_check_root()'s matter. */
static GVariant *
find_voucher (GVariant *document, StileVoucherKind kind, GError **error)
{
  g_autoptr (GVariant) right = stile_json_get_member (document, roots[kind]);

  if (right != NULL && g_variant_is_of_type (right, G_VARIANT_TYPE_VARDICT))
    return g_steal_pointer (&right);

  if (g_variant_is_of_type (document, G_VARIANT_TYPE_VARDICT))
    for (gsize i = 0; i < g_variant_n_children (document); i++)
      {
        g_autoptr (GVariant) value = NULL;

        g_variant_get_child (document, i, "{&sv}", NULL, &value);
        if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARDICT))
          return g_steal_pointer (&value);
      }

  g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("There is no “%s” in it"), roots[kind]);
  return NULL;
}

/**
 * stile_voucher_json_parse:
 * @json: what was signed, from anybody
 * @kind: what it ought to be
 * @error: %STILE_ERROR_PROTOCOL with the member that is wrong, %STILE_ERROR_LIMIT for what is too large
 *
 * Refuses what parsers disagree about: members that occur twice, a BOM, what follows the end.  Members that nobody knows
 * are passed over (BOOTSTRAP P7).  Under which name the voucher stands is not looked at:
 * stile_voucher_json_check_root() does that.
 *
 * Returns: (transfer full): the voucher
 */
StileVoucher *
stile_voucher_json_parse (GBytes *json, StileVoucherKind kind, GError **error)
{
  g_autoptr (GVariant) document = parse_document (json, error);
  g_autoptr (GVariant) object = document != NULL ? find_voucher (document, kind, error) : NULL;
  Reading reading = { .fields = STILE_VOUCHER_FIELDS_INIT };
  StileVoucher *voucher = NULL;

  if (object == NULL)
    return NULL;

  reading.values = g_ptr_array_new_with_free_func ((GDestroyNotify)g_variant_unref);
  reading.binaries = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  g_variant_builder_init (&reading.more, G_VARIANT_TYPE_VARDICT);
  if (read_members (&reading, object, kind, error))
    {
      if (reading.has_more)
        reading.fields.more = g_variant_builder_end (&reading.more);
      voucher = stile_voucher_new (kind, &reading.fields);
    }
  g_variant_builder_clear (&reading.more);
  g_ptr_array_unref (reading.binaries);
  g_ptr_array_unref (reading.values);

  return voucher;
}

/**
 * stile_voucher_json_check_root:
 *
 * Whether the document has exactly one root, and that is the one of @kind (RFC 8366 section 5.1, RFC 8995 section 3.1).
 */
gboolean
stile_voucher_json_check_root (GBytes *json, StileVoucherKind kind, GError **error)
{
  g_autoptr (GVariant) document = parse_document (json, error);
  g_autoptr (GVariant) right = document != NULL ? stile_json_get_member (document, roots[kind]) : NULL;
  const char *first = "";

  if (document == NULL)
    return FALSE;
  if (right != NULL && g_variant_n_children (document) == 1)
    return TRUE;

  if (g_variant_is_of_type (document, G_VARIANT_TYPE_VARDICT) && g_variant_n_children (document) > 0)
    g_variant_get_child (document, 0, "{&sv}", &first, NULL);
  if (right != NULL)
    g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL,
                 g_dngettext (GETTEXT_PACKAGE, "The document has %zu root, and one is right: “%s”",
                              "The document has %zu roots, and one is right: “%s”",
                              g_variant_n_children (document)),
                 g_variant_n_children (document), roots[kind]);
  else
    {
      g_autofree char *shown =
          stile_certificate_text_make_presentable (first, MIN (strlen (first), MAX_SHOWN_ROOT));

      g_set_error (error, STILE_ERROR, STILE_ERROR_PROTOCOL, _ ("The document is “%s”, and not “%s”"), shown,
                   roots[kind]);
    }
  return FALSE;
}

/**
 * stile_voucher_json_list_unknown:
 *
 * Returns: (transfer full): the names of members that Stile does not know, to be noted; empty when it cannot be read
 */
char **
stile_voucher_json_list_unknown (GBytes *json, StileVoucherKind kind)
{
  g_autoptr (GStrvBuilder) unknown = g_strv_builder_new ();
  g_autoptr (GVariant) document = parse_document (json, NULL);
  g_autoptr (GVariant) object = document != NULL ? find_voucher (document, kind, NULL) : NULL;

  for (gsize i = 0; object != NULL && i < g_variant_n_children (object); i++)
    {
      const char *name;

      g_variant_get_child (object, i, "{&sv}", &name, NULL);
      if (find_member (name, kind) == NULL && !is_kept (name))
        g_strv_builder_add (unknown, name);
    }

  return g_strv_builder_end (unknown);
}

/* --- writing --- */

static void
add_text (GVariantBuilder *builder, const char *name, char *owned)
{
  if (owned != NULL)
    g_variant_builder_add (builder, "{sv}", name, g_variant_new_take_string (owned));
}

static char *
print_binary (GBytes *bytes)
{
  return bytes != NULL ? g_base64_encode (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes)) : NULL;
}

static char *
print_date (gint64 date)
{
  return date != STILE_VOUCHER_NO_DATE ? stile_date_format (date) : NULL;
}

static char *
print_assertion (StileAssertion assertion)
{
  return assertion != STILE_ASSERTION_NONE ? g_strdup (stile_voucher_get_assertion_name (assertion)) : NULL;
}

static void
add_member (GVariantBuilder *builder, const Member *member, const StileVoucherFields *fields)
{
  gconstpointer field = G_STRUCT_MEMBER_P (fields, member->offset);

  switch (member->type)
    {
    case DATE:
      add_text (builder, member->name, print_date (*(const gint64 *)field));
      break;
    case BINARY:
      add_text (builder, member->name, print_binary (*(GBytes *const *)field));
      break;
    case ASSERTION:
      add_text (builder, member->name, print_assertion (*(const StileAssertion *)field));
      break;
    case REVOCATION:
      if (fields->revocation != STILE_REVOCATION_UNSAID)
        g_variant_builder_add (builder, "{sv}", member->name,
                               g_variant_new_boolean (fields->revocation == STILE_REVOCATION_REQUIRED));
      break;
    case TEXT:
    case NONCE:
    default:
      add_text (builder, member->name, g_strdup (*(const char *const *)field));
      break;
    }
}

static void
add_more (GVariantBuilder *builder, GVariant *more)
{
  for (gsize i = 0; more != NULL && i < g_variant_n_children (more); i++)
    {
      g_autoptr (GVariant) entry = g_variant_get_child_value (more, i);

      g_variant_builder_add_value (builder, entry);
    }
}

/**
 * stile_voucher_json_to_variant:
 *
 * Returns: (transfer floating): its members as JSON has them, without the root
 */
GVariant *
stile_voucher_json_to_variant (StileVoucher *voucher)
{
  const StileVoucherFields *fields = stile_voucher_get_fields (voucher);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);

  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (stile_voucher_get_kind (voucher) == STILE_VOUCHER_REQUEST || !members[i].only_in_requests)
      add_member (&builder, &members[i], fields);
  add_more (&builder, fields->more);

  return g_variant_builder_end (&builder);
}

/**
 * stile_voucher_json_print:
 *
 * Returns: (transfer full): the document to sign
 */
GBytes *
stile_voucher_json_print (StileVoucher *voucher)
{
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) document = NULL;
  char *text;

  g_variant_builder_add (&builder, "{sv}", roots[stile_voucher_get_kind (voucher)],
                         stile_voucher_json_to_variant (voucher));
  document = g_variant_ref_sink (g_variant_builder_end (&builder));
  text = stile_json_print (document, FALSE);

  return g_bytes_new_take (text, strlen (text));
}
