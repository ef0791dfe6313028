/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "fuzz/fuzz-target.h"

#include <string.h>

#include "bootstrap/stile-prm-judge.h"
#include "codec/stile-certificate-bundle.h"
#include "codec/stile-json.h"

/* The people of RFC 8995 Appendix C, so that the corpus, which is their messages, is believed until it is changed. */
#define AT_THEIR_DATE G_GINT64_CONSTANT (1619827200) /* 2021-05-01T00:00:00Z */

static const char vendor_pem[] = "-----BEGIN CERTIFICATE-----\n"
                                 "MIIB3TCCAWSgAwIBAgIESHvBJTAKBggqhkjOPQQDAjAmMSQwIgYDVQQDDBtoaWdo\n"
                                 "d2F5LXRlc3QuZXhhbXBsZS5jb20gQ0EwHhcNMjEwNDEzMjAzNDI0WhcNMjMwNDEz\n"
                                 "MjAzNDI0WjAmMSQwIgYDVQQDDBtoaWdod2F5LXRlc3QuZXhhbXBsZS5jb20gQ0Ew\n"
                                 "djAQBgcqhkjOPQIBBgUrgQQAIgNiAAQu5/yktJbFLjMC87h7b+yTreFuF8GwewKH\n"
                                 "L4mS0r0dVAQubqDUQcTrjvpXrXCpTojiLCzgp8fzkcUDkZ9LD/M90LDipiLNIOkP\n"
                                 "juF8QkoAbT8pMrY83MS8y76wZ7AalNSjYzBhMA8GA1UdEwEB/wQFMAMBAf8wDgYD\n"
                                 "VR0PAQH/BAQDAgEGMB0GA1UdDgQWBBReDKlSWozfqQ8DFOmW8YB2jFOKCDAfBgNV\n"
                                 "HSMEGDAWgBReDKlSWozfqQ8DFOmW8YB2jFOKCDAKBggqhkjOPQQDAgNnADBkAjBg\n"
                                 "N6BmiYAn4Q3lQ5pi8QK8D3JtqenLhKXGRNNBnl3OfUYWbhXe98zoPmH5A3wgxLcC\n"
                                 "MH/p8xK7BsYkACtBqiFr2CXtgQcR72aPBr/IvvBYdCRFOU0E/DFpb8/b/mF7wyQx\n"
                                 "/w==\n"
                                 "-----END CERTIFICATE-----\n";

static const char registrar_pem[] = "-----BEGIN CERTIFICATE-----\n"
                                    "MIIB/DCCAYKgAwIBAgIEP5ibUjAKBggqhkjOPQQDAjBtMRIwEAYKCZImiZPyLGQB\n"
                                    "GRYCY2ExGTAXBgoJkiaJk/IsZAEZFglzYW5kZWxtYW4xPDA6BgNVBAMMM2ZvdW50\n"
                                    "YWluLXRlc3QuZXhhbXBsZS5jb20gVW5zdHJ1bmcgRm91bnRhaW4gUm9vdCBDQTAe\n"
                                    "Fw0yMDAyMjUyMTMxNTRaFw0yMjAyMjQyMTMxNTRaMFMxEjAQBgoJkiaJk/IsZAEZ\n"
                                    "FgJjYTEZMBcGCgmSJomT8ixkARkWCXNhbmRlbG1hbjEiMCAGA1UEAwwZZm91bnRh\n"
                                    "aW4tdGVzdC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABJZl\n"
                                    "UHI0up/l3eZf9vCBb+lInoEMEgc7Ro+XZCtjAI0CD1fJfJR/hIyyDmHWyYiNFbRC\n"
                                    "H9fyarfkzgX4p0zTizqjKjAoMBYGA1UdJQEB/wQMMAoGCCsGAQUFBwMcMA4GA1Ud\n"
                                    "DwEB/wQEAwIHgDAKBggqhkjOPQQDAgNoADBlAjBmT2BMVUgelgf43R+5yBKNRTaH\n"
                                    "myPAvLvxyz0mFVZvXx+/1RwOagmvG3aXmRkj/X4CMQC8rMNBsLoNr1L5nG56fwAd\n"
                                    "I8hiAWG8S8XAR5k1Cgx3YUQBSgdScFcAdf++Bw6Yy+U=\n"
                                    "-----END CERTIFICATE-----\n";

static const char idevid_pem[] = "-----BEGIN CERTIFICATE-----\n"
                                 "MIIBrzCCATWgAwIBAgIEHxj+5zAKBggqhkjOPQQDAjAmMSQwIgYDVQQDDBtoaWdo\n"
                                 "d2F5LXRlc3QuZXhhbXBsZS5jb20gQ0EwIBcNMjEwNDI3MTgyOTMwWhgPMjk5OTEy\n"
                                 "MzEwMDAwMDBaMBwxGjAYBgNVBAUTETAwLUQwLUU1LUYyLTAwLTAyMFkwEwYHKoZI\n"
                                 "zj0CAQYIKoZIzj0DAQcDQgAEA6N1Q4ezfMAKmoecrfb0OBMc1AyEH+BATkF58FsT\n"
                                 "SyBxs0SbSWLxFjDOuwB9gLGn2TsTUJumJ6VPw5Z/TP4hJ6NZMFcwHQYDVR0OBBYE\n"
                                 "FEWIzJaWAGQ3sLojZWRkVAgGbFatMAkGA1UdEwQCMAAwKwYIKwYBBQUHASAEHxYd\n"
                                 "aGlnaHdheS10ZXN0LmV4YW1wbGUuY29tOjk0NDMwCgYIKoZIzj0EAwIDaAAwZQIw\n"
                                 "YirbvjT3G8uF3iaOQwD5DYjId6jdPAhAVLzsPbbccCvDf8oZIZqgq8VRjqrfNt6L\n"
                                 "AjEAsl1Z+EfH7QOXqMDHqIH6qIbtZ2Q3UXpunKOCTW2tvPM1np1qom1/fyUcA+/w\n"
                                 "uptx\n"
                                 "-----END CERTIFICATE-----\n";

typedef gboolean (*JudgeAs) (
    const StileJudge *judge, GBytes *bytes, StileChecks *checks, StileJudgement *judgement, GError **error);

typedef struct
{
  GPtrArray *vendor;
  GPtrArray *registrar;
  GPtrArray *idevid;
} People;

static GPtrArray *
read_pem (const char *pem)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (pem, strlen (pem));
  g_autoptr (GError) error = NULL;
  GPtrArray *certificates = stile_certificate_bundle_parse_pem (bytes, &error);

  g_assert_no_error (error);
  return certificates;
}

static const People *
get_people (void)
{
  static People people;

  if (people.vendor == NULL)
    people = (People){ read_pem (vendor_pem), read_pem (registrar_pem), read_pem (idevid_pem) };

  return &people;
}

/* A verdict has a reason, and all that is said of it can be written down. */
static void
judge (const StileJudge *self, JudgeAs judge_as, GBytes *bytes)
{
  g_autoptr (StileChecks) checks = stile_checks_new ();
  g_auto (StileJudgement) judgement = { 0 };
  g_autoptr (GError) error = NULL;
  gboolean accepted = judge_as (self, bytes, checks, &judgement, &error);
  const char *refused = stile_checks_get_refused (checks);
  g_autoptr (GVariant) variant = g_variant_ref_sink (stile_checks_to_variant (checks));
  g_autofree char *json = stile_json_print (variant, FALSE);

  g_assert_true (accepted == (refused == NULL));
  g_assert_true (accepted == (error == NULL));
  g_assert_true (!accepted || (judgement.voucher != NULL && judgement.signer != NULL));
  g_assert_true (accepted || (g_str_has_prefix (error->message, refused) && error->domain == STILE_ERROR));
  g_assert_true (g_utf8_validate (json, -1, NULL));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, size_t size)
{
  static const StileJudgePolicy policies[] = { STILE_JUDGE_DEFAULT,
                                               STILE_JUDGE_COMPAT | STILE_JUDGE_NO_CLOCK };
  const People *people = get_people ();
  g_autoptr (GBytes) bytes = g_bytes_new_static (data, size);

  for (gsize i = 0; i < G_N_ELEMENTS (policies); i++)
    {
      StileJudge pledge = { .policy = policies[i],
                            .at = AT_THEIR_DATE,
                            .anchors = people->vendor,
                            .serial = "00-D0-E5-F2-00-02",
                            .nonce = "-_XE9zK9q8Ll1qylMtLKeg",
                            .idevid = people->idevid->pdata[0],
                            .peer_chain = people->registrar };
      StileJudge registrar = { .policy = policies[i],
                               .at = AT_THEIR_DATE,
                               .anchors = people->vendor,
                               .own = people->registrar->pdata[0] };
      StileJudge masa = {
        .policy = policies[i], .at = AT_THEIR_DATE, .anchors = people->vendor, .peer_chain = people->registrar
      };

      judge (&pledge, stile_judge_as_pledge, bytes);
      judge (&registrar, stile_judge_as_registrar, bytes);
      judge (&masa, stile_judge_as_masa, bytes);
      judge (&pledge, stile_prm_judge_as_pledge, bytes);
      judge (&registrar, stile_prm_judge_as_registrar, bytes);
      judge (&masa, stile_prm_judge_as_masa, bytes);
    }

  return 0;
}
