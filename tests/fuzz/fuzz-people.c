/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-people.h"

#include <string.h>

#include "bootstrap/stile-prm-message.h"
#include "bootstrap/stile-prm-request.h"
#include "bootstrap/stile-prm-signed-data.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-certificate-path.h"

const FuzzPeople *
fuzz_people_get (void)
{
  static FuzzPeople people;

  if (people.maker != NULL)
    return &people;

  people.maker = test_pki_authority_new ("Maker", TEST_PKI_P256);
  people.masa = test_pki_issue (people.maker, &(TestPkiOptions){ .name = "MASA", .purpose = "" });
  people.device =
      test_pki_issue (people.maker, &(TestPkiOptions){ .name = "X1", .serial_number = FUZZ_PEOPLE_SERIAL });
  people.domain = test_pki_authority_new ("Domain", TEST_PKI_P256);
  people.registrar = test_pki_issue (
      people.domain, &(TestPkiOptions){ .name = "Registrar", .purpose = STILE_PURPOSE_CMC_RA });
  people.agent = test_pki_issue (people.domain, &(TestPkiOptions){ .name = "Agent" });
  return &people;
}

StileIdentity *
fuzz_people_get_identity (TestPki *who)
{
  g_autoptr (GPtrArray) chain = test_pki_get_chain (who);
  g_autofree char *pem = test_pki_get_key_pem (who);
  g_autoptr (GBytes) key = g_bytes_new (pem, strlen (pem));
  g_autoptr (GError) error = NULL;
  StileIdentity *identity = stile_identity_new (chain, key, &error);

  g_assert_no_error (error);
  return identity;
}

/* Kept: identities of all who sign. */
static StileIdentity *
get_signer (guint index)
{
  static StileIdentity *signers[4];
  const FuzzPeople *people = fuzz_people_get ();
  TestPki *const each[] = { people->device, people->agent, people->registrar, people->masa };

  if (signers[index] == NULL)
    signers[index] = fuzz_people_get_identity (each[index]);
  return signers[index];
}

static void
replace (GString *text, const char *word, GBytes *bytes)
{
  g_autofree char *encoded = stile_prm_message_encode (bytes);

  g_string_replace (text, word, encoded, 2);
}

/* As EST has it: base64 already. */
static void
replace_issued (GString *text)
{
  g_autoptr (GPtrArray) issued = test_pki_list (fuzz_people_get ()->device, NULL);
  g_autoptr (GBytes) body = stile_certificate_bundle_to_est (issued, NULL);
  g_autofree char *encoded = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));

  g_string_replace (text, "$ISSUED", encoded, 2);
}

static void
replace_asked (GString *text)
{
  static GBytes *asked;

  if (asked == NULL)
    asked = stile_prm_signed_data_make (get_signer (1), FUZZ_PEOPLE_SERIAL, 1750000000, NULL);
  replace (text, "$ASKED", asked);
}

/* Bytes with a NUL among them are no text, and have no words. */
static GBytes *
fill (const guint8 *data, gsize size)
{
  const FuzzPeople *people = fuzz_people_get ();
  GString *text;

  if (memchr (data, 0, size) != NULL || memchr (data, '$', size) == NULL)
    return g_bytes_new (data, size);

  text = g_string_new_len ((const char *)data, (gssize)size);
  replace (text, "$DOMAIN", test_pki_get_der (people->domain));
  replace (text, "$REGISTRAR", test_pki_get_der (people->registrar));
  replace (text, "$DEVICE", test_pki_get_der (people->device));
  replace_issued (text);
  replace_asked (text);
  return g_string_free_to_bytes (text);
}

static GBytes *
sign (GBytes *content, guint signer)
{
  g_autoptr (GVariant) members = g_variant_ref_sink (g_variant_new_parsed ("{'typ': <'voucher-jws+json'>}"));
  g_autoptr (GError) error = NULL;
  GBytes *bytes = stile_prm_message_sign (get_signer (signer), NULL, content, members, &error);

  g_assert_no_error (error);
  return bytes;
}

GBytes *
fuzz_people_make (guint8 who, const guint8 *data, gsize size)
{
  g_autoptr (GBytes) content = fill (data, size);
  g_autoptr (GBytes) once = NULL;
  g_autoptr (GPtrArray) chain = NULL;
  GBytes *twice;

  if (who < '1' || who > '4')
    return g_bytes_ref (content);
  once = sign (content, who - '1');
  if (who != '4')
    return g_steal_pointer (&once);

  chain = test_pki_get_chain (fuzz_people_get ()->registrar);
  twice = stile_prm_request_countersign (get_signer (2), chain, once, NULL);
  return twice != NULL ? twice : g_steal_pointer (&once);
}
