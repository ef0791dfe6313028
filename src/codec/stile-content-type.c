/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "codec/stile-content-type.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  char *name; /* in lower case */
  char *value;
} Parameter;

/**
 * StileContentType:
 *
 * The value of a Content-Type field taken apart (RFC 9110 section 8.3.1): what the body is, and the parameters of it.
 */
struct _StileContentType
{
  char *name;         /* in lower case */
  GArray *parameters; /* of Parameter */
};

static void
parameter_clear (gpointer data)
{
  Parameter *parameter = data;

  g_free (parameter->name);
  g_free (parameter->value);
}

static StileContentType *
content_type_new (void)
{
  StileContentType *self = g_new0 (StileContentType, 1);

  self->parameters = g_array_new (FALSE, FALSE, sizeof (Parameter));
  g_array_set_clear_func (self->parameters, parameter_clear);
  return self;
}

/**
 * stile_content_type_free:
 * @self: (transfer full):
 */
void
stile_content_type_free (StileContentType *self)
{
  g_free (self->name);
  g_array_unref (self->parameters);
  g_free (self);
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, _ ("This is no media type: %s"), why);
  return FALSE;
}

/* RFC 9110 section 5.6.2. */
static gboolean
is_token_character (char c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("!#$%&'*+-.^_`|~", c) != NULL);
}

static gsize
token_length (const char *text)
{
  gsize length = 0;

  while (is_token_character (text[length]))
    length++;
  return length;
}

static const char *
skip_space (const char *text)
{
  return text + strspn (text, " \t");
}

static gboolean
read_name (StileContentType *self, const char **text, GError **error)
{
  gsize type = token_length (*text);
  gsize subtype = type > 0 && (*text)[type] == '/' ? token_length (*text + type + 1) : 0;

  if (subtype == 0)
    return refuse (error, _ ("it is not two words with a slash between"));

  self->name = g_ascii_strdown (*text, (gssize)(type + 1 + subtype));
  *text += type + 1 + subtype;
  return TRUE;
}

/* RFC 9110 section 5.6.4: a backslash takes the meaning from what follows. */
static char *
read_quoted (const char **text)
{
  g_autoptr (GString) value = g_string_new (NULL);
  const char *at = *text + 1;

  for (; *at != '"'; at++)
    {
      if (*at == '\\')
        at++;
      if ((guchar)*at < ' ' && *at != '\t')
        return NULL;
      g_string_append_c (value, *at);
    }

  *text = at + 1;
  return g_string_free (g_steal_pointer (&value), FALSE);
}

static char *
read_value (const char **text)
{
  gsize length;
  char *value;

  if (**text == '"')
    return read_quoted (text);

  length = token_length (*text);
  if (length == 0)
    return NULL;
  value = g_strndup (*text, length);
  *text += length;
  return value;
}

static gboolean
read_parameter (StileContentType *self, const char **text, GError **error)
{
  gsize length = token_length (*text);
  Parameter parameter;

  if (length == 0 || (*text)[length] != '=')
    return refuse (error, _ ("a parameter has no name or no value"));
  if (self->parameters->len == STILE_CONTENT_TYPE_MAX_PARAMETERS)
    return refuse (error, _ ("it has too many parameters"));

  parameter.name = g_ascii_strdown (*text, (gssize)length);
  if (stile_content_type_get_parameter (self, parameter.name) != NULL)
    {
      g_free (parameter.name);
      return refuse (error, _ ("a parameter comes twice"));
    }

  *text += length + 1;
  parameter.value = read_value (text);
  g_array_append_val (self->parameters, parameter);
  return parameter.value != NULL || refuse (error, _ ("a parameter’s value is damaged"));
}

/**
 * stile_content_type_parse:
 * @value: (nullable): of the field, from anybody
 * @error: %G_IO_ERROR_INVALID_DATA for what is no media type, and for a parameter that comes twice;
 *   %G_IO_ERROR_MESSAGE_TOO_LARGE for more than %STILE_CONTENT_TYPE_MAX_LENGTH characters
 *
 * Returns: (transfer full): the type
 */
StileContentType *
stile_content_type_parse (const char *value, GError **error)
{
  g_autoptr (StileContentType) self = content_type_new ();
  const char *text;

  if (value == NULL)
    return refuse (error, _ ("there is none")), NULL;
  if (strlen (value) > STILE_CONTENT_TYPE_MAX_LENGTH)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE,
                   g_dngettext (GETTEXT_PACKAGE, "The media type has %zu character, the limit is %d",
                                "The media type has %zu characters, the limit is %d", strlen (value)),
                   strlen (value), STILE_CONTENT_TYPE_MAX_LENGTH);
      return NULL;
    }

  text = skip_space (value);
  if (!read_name (self, &text, error))
    return NULL;
  /* Between semicolons there may be nothing (RFC 9110 section 5.6.6). */
  for (text = skip_space (text); *text == ';'; text = skip_space (text))
    {
      text = skip_space (text + 1);
      if (*text != ';' && *text != '\0' && !read_parameter (self, &text, error))
        return NULL;
    }
  if (*text != '\0')
    return refuse (error, _ ("something stands behind its end")), NULL;

  return g_steal_pointer (&self);
}

/**
 * stile_content_type_get_name:
 *
 * Returns: (transfer none): type and subtype in lower case, "multipart/mixed"
 */
const char *
stile_content_type_get_name (StileContentType *self)
{
  return self->name;
}

/**
 * stile_content_type_is:
 * @name: type and subtype
 *
 * Returns: whether it is this type, whatever its parameters
 */
gboolean
stile_content_type_is (StileContentType *self, const char *name)
{
  return g_ascii_strcasecmp (self->name, name) == 0;
}

/**
 * stile_content_type_get_parameter:
 * @name: of the parameter; case does not matter
 *
 * Returns: (transfer none) (nullable): its value, without quotes
 */
const char *
stile_content_type_get_parameter (StileContentType *self, const char *name)
{
  for (guint i = 0; i < self->parameters->len; i++)
    {
      const Parameter *parameter = &g_array_index (self->parameters, Parameter, i);

      if (g_ascii_strcasecmp (parameter->name, name) == 0)
        return parameter->value;
    }

  return NULL;
}

static void
append_value (GString *text, const char *value)
{
  if (*value != '\0' && token_length (value) == strlen (value))
    {
      g_string_append (text, value);
      return;
    }

  g_string_append_c (text, '"');
  for (; *value != '\0'; value++)
    {
      if (*value == '"' || *value == '\\')
        g_string_append_c (text, '\\');
      g_string_append_c (text, *value);
    }
  g_string_append_c (text, '"');
}

/**
 * stile_content_type_to_string:
 *
 * Returns: (transfer full): a value for the field, with quotes where they are needed
 */
char *
stile_content_type_to_string (StileContentType *self)
{
  GString *text = g_string_new (self->name);

  for (guint i = 0; i < self->parameters->len; i++)
    {
      const Parameter *parameter = &g_array_index (self->parameters, Parameter, i);

      g_string_append_printf (text, "; %s=", parameter->name);
      append_value (text, parameter->value);
    }

  return g_string_free (text, FALSE);
}
