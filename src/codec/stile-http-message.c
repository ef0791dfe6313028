/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-http-message.h"

#include <string.h>

#include "codec/stile-json.h"

typedef struct
{
  char *name; /* lower case */
  char *value;
} Field;

/**
 * StileHttpMessage:
 *
 * One HTTP request or response as a value (RFC 9110), with no connection to carry it.  Handlers, carriers and the
 * Binary HTTP codec hand it to each other.
 */
struct _StileHttpMessage
{
  GObject parent_instance;

  char *method; /* NULL in a response */
  char *scheme;
  char *authority;
  char *path;
  guint status;        /* 0 in a request */
  GPtrArray *fields;   /* of Field */
  GPtrArray *trailers; /* of Field */
  GBytes *content;
};

G_DEFINE_FINAL_TYPE (StileHttpMessage, stile_http_message, G_TYPE_OBJECT)

static void
field_free (gpointer data)
{
  Field *field = data;

  g_free (field->name);
  g_free (field->value);
  g_free (field);
}

static void
stile_http_message_finalize (GObject *object)
{
  StileHttpMessage *self = STILE_HTTP_MESSAGE (object);

  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->scheme, g_free);
  g_clear_pointer (&self->authority, g_free);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->fields, g_ptr_array_unref);
  g_clear_pointer (&self->trailers, g_ptr_array_unref);
  g_clear_pointer (&self->content, g_bytes_unref);

  G_OBJECT_CLASS (stile_http_message_parent_class)->finalize (object);
}

static void
stile_http_message_class_init (StileHttpMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = stile_http_message_finalize;
}

static void
stile_http_message_init (StileHttpMessage *self)
{
  self->fields = g_ptr_array_new_with_free_func (field_free);
  self->trailers = g_ptr_array_new_with_free_func (field_free);
  self->content = g_bytes_new_static (NULL, 0);
}

/**
 * stile_http_message_new_request:
 * @method: "GET"
 * @scheme: (nullable): "https"
 * @authority: (nullable): the host, and the port when it is not the scheme's; nothing when a host field says it
 * @path: (nullable): path and query, "/hello?q=1"
 *
 * Returns: (transfer full): a request with no fields and no content
 */
StileHttpMessage *
stile_http_message_new_request (const char *method,
                                const char *scheme,
                                const char *authority,
                                const char *path)
{
  StileHttpMessage *self;

  g_return_val_if_fail (method != NULL && *method != '\0', NULL);

  self = g_object_new (STILE_TYPE_HTTP_MESSAGE, NULL);
  self->method = g_strdup (method);
  self->scheme = g_strdup (scheme != NULL ? scheme : "");
  self->authority = g_strdup (authority != NULL ? authority : "");
  self->path = g_strdup (path != NULL ? path : "");

  return self;
}

/**
 * stile_http_message_is_final_status:
 * @status: from anybody
 *
 * Returns: whether a response may end with it (RFC 9110 section 15): 200 to 599
 */
gboolean
stile_http_message_is_final_status (guint status)
{
  return status >= 200 && status <= 599;
}

/**
 * stile_http_message_new_response:
 * @status: a final status code, 200 to 599
 *
 * Returns: (transfer full): a response with no fields and no content
 */
StileHttpMessage *
stile_http_message_new_response (guint status)
{
  StileHttpMessage *self;

  g_return_val_if_fail (stile_http_message_is_final_status (status), NULL);

  self = g_object_new (STILE_TYPE_HTTP_MESSAGE, NULL);
  self->status = status;

  return self;
}

/**
 * stile_http_message_new_problem:
 * @status: a status code, 400 to 599
 * @title: what kind of problem it is, the same words each time
 * @detail: (nullable): what happened this time
 *
 * Returns: (transfer full): a response with a problem document (RFC 9457)
 */
StileHttpMessage *
stile_http_message_new_problem (guint status, const char *title, const char *detail)
{
  StileHttpMessage *self = stile_http_message_new_response (status);
  GVariantBuilder builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) problem = NULL;
  g_autoptr (GBytes) content = NULL;
  char *text;

  g_variant_builder_add (&builder, "{sv}", "title",
                         g_variant_new_take_string (g_utf8_make_valid (title, -1)));
  g_variant_builder_add (&builder, "{sv}", "status", g_variant_new_int64 (status));
  if (detail != NULL)
    g_variant_builder_add (&builder, "{sv}", "detail",
                           g_variant_new_take_string (g_utf8_make_valid (detail, -1)));
  problem = g_variant_ref_sink (g_variant_builder_end (&builder));
  text = stile_json_print (problem, FALSE);
  content = g_bytes_new_take (text, strlen (text));
  stile_http_message_set_content (self, "application/problem+json", content);

  return self;
}

gboolean
stile_http_message_is_request (StileHttpMessage *self)
{
  return self->method != NULL;
}

/**
 * stile_http_message_get_method:
 *
 * Returns: (transfer none) (nullable): the method, or %NULL in a response
 */
const char *
stile_http_message_get_method (StileHttpMessage *self)
{
  return self->method;
}

/**
 * stile_http_message_get_scheme:
 *
 * Returns: (transfer none) (nullable): the scheme, empty when there is none, or %NULL in a response
 */
const char *
stile_http_message_get_scheme (StileHttpMessage *self)
{
  return self->scheme;
}

/**
 * stile_http_message_get_authority:
 *
 * Returns: (transfer none) (nullable): host and port, empty when there is none, or %NULL in a response
 */
const char *
stile_http_message_get_authority (StileHttpMessage *self)
{
  return self->authority;
}

/**
 * stile_http_message_get_path:
 *
 * Returns: (transfer none) (nullable): path and query, or %NULL in a response
 */
const char *
stile_http_message_get_path (StileHttpMessage *self)
{
  return self->path;
}

/**
 * stile_http_message_get_status:
 *
 * Returns: the final status code, or 0 in a request
 */
guint
stile_http_message_get_status (StileHttpMessage *self)
{
  return self->status;
}

/* RFC 9110 section 5.6.2. */
static gboolean
is_token (const char *text)
{
  if (*text == '\0')
    return FALSE;

  for (; *text != '\0'; text++)
    if (!g_ascii_isalnum (*text) && strchr ("!#$%&'*+-.^_`|~", *text) == NULL)
      return FALSE;

  return TRUE;
}

/* RFC 9110 section 5.5: no control character but the tab, and nothing that another hop would take for a new line. */
static gboolean
is_field_value (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text) && *text != '\t')
      return FALSE;

  return TRUE;
}

/* Everything above expects UTF-8.  What is not was ISO 8859-1 in HTTP's history (RFC 9110 section 5.5). */
static char *
to_utf8 (char *value)
{
  char *converted;

  if (g_utf8_validate (value, -1, NULL))
    return value;

  converted = g_convert (value, -1, "UTF-8", "ISO-8859-1", NULL, NULL, NULL);
  g_free (value);
  return converted != NULL ? converted : g_strdup ("");
}

static Field *
field_new (const char *name, const char *value)
{
  Field *field;

  if (!is_token (name) || !is_field_value (value))
    return NULL;

  field = g_new0 (Field, 1);
  field->name = g_ascii_strdown (name, -1);
  field->value = to_utf8 (g_strstrip (g_strdup (value)));

  return field;
}

static gboolean
add (GPtrArray *fields, const char *name, const char *value)
{
  Field *field = fields->len < STILE_HTTP_MESSAGE_MAX_FIELDS ? field_new (name, value) : NULL;

  if (field == NULL)
    return FALSE;

  g_ptr_array_add (fields, field);
  return TRUE;
}

static const char *
get_nth (GPtrArray *fields, guint index, const char **value)
{
  Field *field;

  g_return_val_if_fail (index < fields->len, NULL);

  field = g_ptr_array_index (fields, index);
  if (value != NULL)
    *value = field->value;

  return field->name;
}

static Field *
find (StileHttpMessage *self, const char *name)
{
  for (guint i = 0; i < self->fields->len; i++)
    {
      Field *field = g_ptr_array_index (self->fields, i);

      if (g_ascii_strcasecmp (field->name, name) == 0)
        return field;
    }

  return NULL;
}

/**
 * stile_http_message_add_field:
 * @name: a token of any case, kept in lower case
 * @value: is trimmed; bytes that are not UTF-8 are taken for ISO 8859-1
 *
 * A field that is there already stays: names may repeat (RFC 9110 section 5.2).
 *
 * Returns: %FALSE when @name is no token, @value holds a control character (RFC 9110 section 5.5), or there are
 *   %STILE_HTTP_MESSAGE_MAX_FIELDS already
 */
gboolean
stile_http_message_add_field (StileHttpMessage *self, const char *name, const char *value)
{
  return add (self->fields, name, value);
}

/**
 * stile_http_message_get_field:
 * @name: in any case
 *
 * Returns: (transfer none) (nullable): the first field's value in UTF-8, or %NULL when there is none
 */
const char *
stile_http_message_get_field (StileHttpMessage *self, const char *name)
{
  Field *field = find (self, name);

  return field != NULL ? field->value : NULL;
}

guint
stile_http_message_get_n_fields (StileHttpMessage *self)
{
  return self->fields->len;
}

/**
 * stile_http_message_get_nth_field:
 * @index: less than stile_http_message_get_n_fields()
 * @value: (out) (optional) (transfer none): the value in UTF-8
 *
 * Returns: (transfer none): the name in lower case
 */
const char *
stile_http_message_get_nth_field (StileHttpMessage *self, guint index, const char **value)
{
  return get_nth (self->fields, index, value);
}

/**
 * stile_http_message_add_trailer:
 *
 * As stile_http_message_add_field(), for the fields after the content.
 */
gboolean
stile_http_message_add_trailer (StileHttpMessage *self, const char *name, const char *value)
{
  return add (self->trailers, name, value);
}

guint
stile_http_message_get_n_trailers (StileHttpMessage *self)
{
  return self->trailers->len;
}

/**
 * stile_http_message_get_nth_trailer:
 * @index: less than stile_http_message_get_n_trailers()
 * @value: (out) (optional) (transfer none): the value in UTF-8
 *
 * Returns: (transfer none): the name in lower case
 */
const char *
stile_http_message_get_nth_trailer (StileHttpMessage *self, guint index, const char **value)
{
  return get_nth (self->trailers, index, value);
}

/**
 * stile_http_message_set_content:
 * @media_type: (nullable): replaces the content-type field; %NULL leaves the fields alone
 * @content: (nullable): is kept, not copied
 */
void
stile_http_message_set_content (StileHttpMessage *self, const char *media_type, GBytes *content)
{
  Field *field = find (self, "content-type");

  g_return_if_fail (media_type == NULL || is_field_value (media_type));

  if (media_type != NULL && field != NULL)
    {
      g_free (field->value);
      field->value = g_strdup (media_type);
    }
  else if (media_type != NULL)
    g_ptr_array_add (self->fields, field_new ("content-type", media_type));

  g_clear_pointer (&self->content, g_bytes_unref);
  self->content = content != NULL ? g_bytes_ref (content) : g_bytes_new_static (NULL, 0);
}

/**
 * stile_http_message_get_content:
 *
 * Returns: (transfer none): the content, empty when there is none
 */
GBytes *
stile_http_message_get_content (StileHttpMessage *self)
{
  return self->content;
}
