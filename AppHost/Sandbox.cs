using System.Globalization;
using System.Text.Json.Nodes;

namespace Ips.AppHost;

/// <summary>
/// Sandbox case 1: one person under nc-core, from registration to a paid milestone, through the public APIs and nothing else.
/// Dates are computed from the day of the first start; the names of the created resources are stored in sandbox.json of the data directory.
/// </summary>
internal static class Sandbox
{
    private const string Provider = "harbor-works";
    private const string Payer = "alliance";
    private const string Program = "nc-core";

    /// <summary>Loads the case once. A second start finds it complete, or continues where the first start ended.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="address">The address of a service.</param>
    /// <param name="issuer">Signs the tokens of the organizations.</param>
    /// <param name="transport">Carries the requests; a test can replace it. Null: plain HTTP.</param>
    /// <param name="cancellationToken">Cancels the load.</param>
    public static async Task LoadAsync(
        string data, Func<string, Uri> address, SandboxIssuer issuer, HttpMessageHandler? transport, CancellationToken cancellationToken)
    {
        var file = Path.Combine(data, "sandbox.json");
        var state = File.Exists(file) ? JsonNode.Parse(await File.ReadAllTextAsync(file, cancellationToken))!.AsObject() : [];
        if (state["complete"] is not null)
            return;
        if (state["day"] is null)
        {
            // The program's day decides, not this machine's.
            var zone = TimeZoneInfo.FindSystemTimeZoneById("America/New_York");
            state["day"] = Day(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(TimeProvider.System.GetUtcNow(), zone).DateTime));
            state["run"] = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
            await Save();
        }

        using SandboxClient client = new(address, issuer, (string)state["run"]!, transport, cancellationToken);
        SandboxCase one = new(client, DateOnly.ParseExact((string)state["day"]!, "yyyy-MM-dd", CultureInfo.InvariantCulture));
        foreach (var (name, value) in await one.Load())
            state[name] = value;
        state["complete"] = true;
        await Save();

        Task Save() => File.WriteAllTextAsync(file, state.ToJsonString(new() { WriteIndented = true }), cancellationToken);
    }

    private static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The steps of the case, in the order of a real one.</summary>
    private sealed class SandboxCase(SandboxClient client, DateOnly today)
    {
        private readonly Dictionary<string, string> _made = [];

        public async Task<IReadOnlyDictionary<string, string>> Load()
        {
            await Staffing();
            await Admission();
            await Authorization();
            await Billing();
            await Fidelity();
            return _made;
        }

        private async Task Staffing()
        {
            await Organization(Payer, "Alliance Health (sandbox)", "PAYER", "1888888884");
            await Organization(Provider, "Harbor Works (sandbox)", "PROVIDER", "1999999992");
            await Organization("second-chance", "Second Chance (sandbox)", "PROVIDER");
            await Organization("nc-dvrs", "NC DVRS (sandbox)", "VR_AGENCY");
            await Organization("nc-dhhs", "NC DHHS (sandbox)", "STATE_AGENCY");
            foreach (var provider in new[] { Provider, "second-chance" })
            {
                foreach (var program in new[] { "nc-state", "nc-core" })
                    await Contract(provider, program);
            }

            var team = await Keep("team", client.Post("team", "provider", Provider, "staffing", "/v1/teams", new()
            {
                ["provider"] = $"organizations/{Provider}",
                ["displayName"] = "Harbor Works IPS team",
                ["program"] = Program,
                ["operationStart"] = On(-400),
            }, resourceBody: true));
            var lead = await Staff("team lead", "Sandbox Team Lead", "QMHP", "TEAM_LEAD", team);
            var esp = await Staff("esp", "Sandbox ESP", "CESP", "ESP", team);
            _made["teamLead"] = lead;
            _made["esp"] = esp;
        }

        private Task<JsonNode> Organization(string code, string name, string kind, string npi = "") =>
            client.Post($"organization {code}", "ops", "platform", "staffing", $"/v1/organizations?organizationId={code}", new()
            {
                ["displayName"] = name,
                ["kind"] = $"ORGANIZATION_KIND_{kind}",
                ["programs"] = new JsonArray(Program),
                ["usState"] = "NC",
                ["npi"] = npi,
            }, resourceBody: true, mayExist: true);

        private Task<JsonNode> Contract(string provider, string program) =>
            client.Post($"contract {provider} {program}", "ops", "platform", "staffing", "/v1/contracts", new()
            {
                ["payer"] = $"organizations/{Payer}",
                ["provider"] = $"organizations/{provider}",
                ["program"] = program,
                ["from"] = On(-400),
            }, resourceBody: true, mayExist: true);

        private async Task<string> Staff(string step, string name, string credential, string role, string team)
        {
            var staff = Name(await client.Post(step, "provider", Provider, "staffing", "/v1/staff", new()
            {
                ["provider"] = $"organizations/{Provider}",
                ["displayName"] = name,
                ["hireDate"] = On(-380),
                ["vocationalExperienceMonths"] = 30,
                ["education"] = "EDUCATION_BACHELOR",
            }));
            await client.Post($"{step} credential", "provider", Provider, "staffing", $"/v1/{staff}/credentials", new()
            {
                ["credential"] = new JsonObject { ["type"] = $"CREDENTIAL_TYPE_{credential}", ["jurisdiction"] = "NC", ["validFrom"] = On(-380) },
            });
            await client.Post($"{step} role", "provider", Provider, "staffing", $"/v1/{staff}:assignRole", new()
            {
                ["team"] = team,
                ["role"] = $"STAFF_ROLE_{role}",
                ["from"] = On(-380),
            });
            await client.Post($"{step} qualification", "provider", Provider, "staffing", $"/v1/{staff}:checkQualification", new()
            {
                ["program"] = Program,
                ["role"] = $"STAFF_ROLE_{role}",
                ["asOf"] = On(0),
            });
            return staff;
        }

        private async Task Admission()
        {
            var person = await Keep("individual", client.Post("individual", "provider", Provider, "eligibility", "/v1/individuals", new()
            {
                ["provider"] = $"organizations/{Provider}",
                ["givenName"] = "Sandbox",
                ["familyName"] = "Case One",
                ["birthDate"] = On(-31 * 365),
                ["identifiers"] = new JsonArray(new JsonObject { ["system"] = "sandbox-member", ["value"] = "case-1" }),
            }));
            await Fact("enrollment", "enrollments", new()
            {
                ["payer"] = $"organizations/{Payer}",
                ["from"] = On(-120),
                ["funding"] = "FUNDING_STATE",
                ["benefitPlan"] = "ASWOM",
                ["benefitPlanFrom"] = On(-120),
            });
            await Fact("diagnosis", "diagnoses", new() { ["class"] = "DIAGNOSIS_CLASS_SPMI", ["primary"] = true, ["diagnosedOn"] = On(-90) });
            var assessment = Name(await Fact("assessment", "assessments", new() { ["completedOn"] = On(-10), ["assessorScopeIncludesDiagnosis"] = true }));
            await client.Post("career profile", "provider", Provider, "eligibility", $"/v1/{person}/careerProfiles", new()
            {
                ["datedOn"] = On(-8),
                ["content"] = new JsonObject { ["strengths"] = "Reliable, likes to work outdoors", ["goals"] = new JsonArray("A job in a garden center") },
            });
            await client.Post("plan", "provider", Provider, "eligibility", $"/v1/{person}/facts", new()
            {
                ["fact"] = new JsonObject
                {
                    ["plan"] = new JsonObject
                    {
                        ["datedOn"] = On(-8),
                        ["clinicalHome"] = $"organizations/{Provider}",
                        ["documentSha256"] = new string('0', 64),
                        ["listsEmployment"] = true,
                        ["careerProfileAttached"] = true,
                    },
                },
            });
            await client.Post("intake", "provider", Provider, "eligibility", $"/v1/{person}:recordIntake", new()
            {
                ["intake"] = new JsonObject
                {
                    ["desireToWork"] = true,
                    ["desireToWorkDate"] = On(-10),
                    ["employmentHistory"] = "EMPLOYMENT_HISTORY_INTERMITTENT",
                    ["needForAssistance"] = true,
                    ["needLinkedToDiagnosis"] = true,
                    ["otherBhServiceLastContact"] = On(-12),
                    ["declinesBhServices"] = false,
                },
            });
            await client.Post("medical necessity", "mco", Payer, "eligibility", $"/v1/{person}:recordMedicalNecessity", new()
            {
                ["finding"] = "MEDICAL_NECESSITY_MET",
                ["foundOn"] = On(-5),
            });
            var order = await client.Post("service order", "provider", Provider, "eligibility", "/v1/serviceOrders", new()
            {
                ["individual"] = person,
                ["provider"] = $"organizations/{Provider}",
                ["program"] = Program,
                ["orderDate"] = On(0),
                ["assessment"] = assessment,
            });
            await Keep("serviceOrder", client.Post("service order signed", "provider", Provider, "eligibility", $"/v1/{Name(order)}:sign", new()
            {
                ["etag"] = (string)order["etag"]!,
                ["signerType"] = "SIGNER_TYPE_LICENSED_PSYCHOLOGIST",
                ["signatureDate"] = On(0),
            }));
            await Keep("determination", client.Post("determination", "provider", Provider, "eligibility", "/v1/determinations", new()
            {
                ["individual"] = person,
                ["provider"] = $"organizations/{Provider}",
                ["program"] = Program,
                ["asOf"] = On(0),
            }));
            await client.Post("assignment", "provider", Provider, "staffing", "/v1/assignments", new()
            {
                ["individual"] = person,
                ["staffMember"] = _made["esp"],
                ["program"] = Program,
                ["from"] = On(0),
            });
            await Keep("referral", client.Post("referral", "provider", Provider, "eligibility", "/v1/referrals", new()
            {
                ["individual"] = person,
                ["provider"] = $"organizations/{Provider}",
                ["program"] = Program,
                ["serviceInitiationDate"] = On(0),
                ["referralDate"] = On(0),
            }));

            Task<JsonNode> Fact(string step, string collection, JsonObject fact) =>
                client.Post(step, "provider", Provider, "eligibility", $"/v1/{person}/{collection}", new() { [step] = fact });
        }

        private async Task Authorization()
        {
            var requested = await client.Post("authorization", "provider", Provider, "eligibility", "/v1/authorizations", new()
            {
                ["individual"] = _made["individual"],
                ["provider"] = $"organizations/{Provider}",
                ["program"] = Program,
                ["kind"] = "AUTHORIZATION_KIND_M2",
                ["serviceInitiationDate"] = On(0),
                ["requestedFrom"] = On(0),
                ["requestedThrough"] = On(89),
                ["requestedUnits"] = 1,
                ["documents"] = new JsonArray(await Paper("ASSESSMENT"), await Paper("INTEGRATED_PCP", "bh_interventions", "ips_interventions", "career_goals")),
            });
            await Keep("authorization", client.Post("authorization approved", "mco", Payer, "eligibility", $"/v1/{Name(requested)}:decide", new()
            {
                ["etag"] = (string)requested["etag"]!,
                ["outcome"] = "AUTHORIZATION_OUTCOME_APPROVE",
            }));

            Task<string> Paper(string kind, params IEnumerable<string> contents) =>
                client.Upload($"document {kind}", "provider", Provider, "eligibility", kind, (string)_made["individual"]!, On(0), contents);
        }

        private async Task Billing()
        {
            var notes = new JsonArray(await Note("first contact", 60), await Note("second contact", 45));
            var engagement = await Keep("milestone1", client.Post("milestone 1", "provider", Provider, "billing", "/v1/milestones", new()
            {
                ["individual"] = _made["individual"],
                ["provider"] = $"organizations/{Provider}",
                ["program"] = Program,
                ["number"] = 1,
                ["eventDate"] = On(0),
                ["evidence"] = new JsonObject { ["serviceNotes"] = notes },
            }));
            await Claim("claimLine1", "claim of milestone 1", engagement);
            var intake = await Keep("milestone2", client.Post("milestone 2", "provider", Provider, "billing", "/v1/milestones", new()
            {
                ["individual"] = _made["individual"],
                ["provider"] = $"organizations/{Provider}",
                ["program"] = Program,
                ["number"] = 2,
                ["eventDate"] = On(0),
                ["evidence"] = new JsonObject
                {
                    ["pcpContents"] = Codes("PLAN_CONTENT", "BH_INTERVENTIONS", "IPS_INTERVENTIONS", "CAREER_GOALS"),
                    ["pcpDocument"] = "sandbox-pcp-1",
                },
            }));
            await Claim("claimLine2", "claim of milestone 2", intake);
        }

        private async Task<string> Note(string step, int minutes) => Name(await client.Post(step, "provider", Provider, "billing", "/v1/serviceNotes", new()
        {
            ["individual"] = _made["individual"],
            ["provider"] = $"organizations/{Provider}",
            ["program"] = Program,
            ["renderingStaff"] = _made["esp"],
            ["serviceDate"] = On(0),
            ["elements"] = new JsonObject
            {
                ["individualName"] = "Sandbox Case One",
                ["serviceName"] = "IPS",
                ["contactType"] = "CONTACT_TYPE_IN_PERSON",
                ["placeOfService"] = "PLACE_OF_SERVICE_COMMUNITY",
                ["purposeGoal"] = "Explore work preferences",
                ["interventions"] = "Engagement and career exploration",
                ["durationMinutes"] = minutes,
                ["effectiveness"] = "Took part and chose next steps",
                ["signedBy"] = "Sandbox ESP",
                ["signatureDate"] = On(0),
                ["credentialsOrTitle"] = "ESP, CESP",
                ["nameOnEveryPage"] = true,
                ["author"] = _made["esp"],
                ["activity"] = "ACTIVITY_DIRECT_SUPPORT",
                ["groupSize"] = 1,
                ["rendered"] = true,
                ["individualPresent"] = true,
                ["interventionOnPlanFrom"] = On(0),
            },
        }));

        private Task<string> Claim(string name, string step, string milestone) =>
            Keep(name, client.Post(step, "provider", Provider, "billing", "/v1/claimLines", new()
            {
                ["milestone"] = milestone,
                ["renderingStaff"] = _made["esp"],
                ["serviceDate"] = On(0),
            }));

        private Task<string> Fidelity() => Keep("review", client.Post("fidelity review", "state", "nc-dhhs", "fidelity", "/v1/reviews", new()
        {
            ["team"] = _made["team"],
            ["program"] = Program,
            ["evaluator"] = "EVALUATOR_DHHS",
            ["lastOnsiteDay"] = On(-30),
            ["finalReportReceivedDate"] = On(-9),
            ["scores"] = new JsonArray([.. Enumerable.Range(1, 25).Select(item => new JsonObject { ["item"] = item, ["score"] = item % 5 == 0 ? 5 : 4 })]),
        }));

        private async Task<string> Keep(string name, Task<JsonNode> answer) => _made[name] = Name(await answer);

        private string On(int days) => Day(today.AddDays(days));

        private static string Name(JsonNode answer) => (string?)answer["name"] is { Length: > 0 } name
            ? name
            : throw new HttpRequestException($"The sandbox case got an answer without a name: {answer.ToJsonString()}");

        private static JsonArray Codes(string prefix, params ReadOnlySpan<string> codes)
        {
            JsonArray array = [];
            foreach (var code in codes)
                array.Add($"{prefix}_{code}");
            return array;
        }
    }
}
