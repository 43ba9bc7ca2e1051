using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Aspire.Hosting.Testing;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Ips.AppHost;
using Ips.Testing;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace Ips.Platform.Tests;

/// <summary>Which role may call which rpc: every rpc of the contract, on both wires, on the running platform, compared with access.txt.</summary>
[Collection("platform")]
public sealed class AccessTests(Platform platform)
{
    private static readonly Dictionary<string, string> Home = new()
    {
        ["provider"] = "harbor-works",
        ["mco"] = "alliance",
        ["dvrs"] = "nc-dvrs",
        ["state"] = "nc-dhhs",
        ["ops"] = "ips",
    };

    /// <summary>A provider and a payer that have nothing to do with the case, and the agencies of another state.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new()
    {
        ["provider"] = "other-agency",
        ["mco"] = "other-payer",
        ["dvrs"] = "mo-vr",
        ["state"] = "la-ldh",
    };

    public static TheoryData<string> Services => [.. Platform.Services];

    [Fact]
    public void Every_rpc_has_an_expectation_and_every_expectation_an_rpc() => Assert.Equal(
        AccessTable.Rpcs.Select(AccessTable.NameOf).Order(StringComparer.Ordinal), AccessTable.Lines.Select(line => line[0]).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Without_a_valid_token_a_call_is_refused_before_its_request_is_read(string service)
    {
        using var wires = Wires(service);
        var tokens = BadTokens();
        await All(AccessTable.Of(service), async (expected, walk) =>
        {
            foreach (var (kind, token) in tokens)
                walk.Check(expected.Rpc, $"with {kind} token", new(StatusCode.Unauthenticated), await wires.Call(expected.Rpc, token, request: null));
        });
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_role_that_may_not_call_is_refused_before_its_request_is_read(string service)
    {
        var made = await Made();
        using var wires = Wires(service);
        await All(AccessTable.Of(service), async (expected, walk) =>
        {
            foreach (var role in AccessTable.Roles.Except(expected.Roles))
            {
                var token = platform.Token(role, Home[role]);
                walk.Check(expected.Rpc, $"as {role}, unreadable", new(StatusCode.PermissionDenied), await wires.Call(expected.Rpc, token, request: null));
                walk.Check(expected.Rpc, $"as {role}", new(StatusCode.PermissionDenied),
                    await wires.Call(expected.Rpc, token, AccessTable.RequestOf(expected, made, "harbor-works")));
            }
        });
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task The_own_tenant_may_call(string service)
    {
        var made = await Made();
        using var wires = Wires(service);
        await All(AccessTable.Of(service).Where(e => e.Own is not null), async (expected, walk) =>
        {
            foreach (var role in expected.Roles)
                walk.Check(expected.Rpc, $"as {role} of {Home[role]}", new(expected.Own!.Value),
                    await wires.Call(expected.Rpc, platform.Token(role, Home[role]), AccessTable.RequestOf(expected, made, "harbor-works")),
                        emptyMatters: false);
        });
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_foreign_tenant_finds_nothing(string service)
    {
        var made = await Made();
        using var wires = Wires(service);
        await All(AccessTable.Of(service), async (expected, walk) =>
        {
            foreach (var role in expected.Roles.Where(Elsewhere.ContainsKey))
                await Foreign(expected, walk, wires, made, role, role, Elsewhere[role]);
        });
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_payer_of_the_network_sees_the_agency_and_not_the_people_it_does_not_cover(string service)
    {
        var made = await Made();
        await NetworkPayer.Join(platform, made);
        using var wires = Wires(service);
        await All(AccessTable.Of(service).Where(e => e.Roles.Contains("mco")),
            (expected, walk) => Foreign(expected, walk, wires, made, AccessTable.Network, "mco", NetworkPayer.Code));
    }

    private async Task Foreign(
        Expected expected, Walk walk, BothWires wires, IReadOnlyDictionary<string, string> made, string who, string role, string organization)
    {
        Ended? wanted = expected.Foreign[who] switch
        {
            "-" => null,
            "OPEN" => new(expected.Own!.Value),
            "EMPTY" => new(StatusCode.OK, Empty: true),
            var code => new(AccessTable.Code(code)),
        };
        if (wanted is null)
            return;
        var got = await wires.Call(expected.Rpc, platform.Token(role, organization), AccessTable.RequestOf(expected, made, organization));
        walk.Check(expected.Rpc, $"as {role} of {organization}", wanted, got);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_member_of_the_own_tenant_finds_nothing_about_a_person_who_is_not_on_its_caseload(string service)
    {
        var made = await Made();
        using var wires = Wires(service);
        await using var member = await LimitedMember.Of(platform, "harbor-works");
        await All(AccessTable.Of(service).Where(e => e.Roles.Contains("provider") && LimitedMember.IsAboutThePerson(e)), async (expected, walk) =>
        {
            var got = await wires.Call(expected.Rpc, member.Token, AccessTable.RequestOf(expected, made, "harbor-works"));
            foreach (var (wire, ended) in got.Where(g => g.Ended is { Code: StatusCode.OK, Empty: false } or { Code: StatusCode.Internal or StatusCode.Unknown }))
                walk.Wrong.Add($"{expected.Rpc.FullName} by {wire} as a member with an empty caseload: got {ended}");
        });
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_token_without_a_role_or_with_an_unknown_role_is_refused(string service)
    {
        using var wires = Wires(service);
        var tokens = new[] { platform.Token("", "harbor-works"), platform.Token("admin", "harbor-works"), platform.Token("provider,mco", "harbor-works") };
        await All(AccessTable.Of(service), async (expected, walk) =>
        {
            foreach (var token in tokens)
                walk.Check(expected.Rpc, "with a strange role", new(StatusCode.PermissionDenied), await wires.Call(expected.Rpc, token, request: null));
        });
    }

    /// <summary>Calls the rpcs of a service concurrently and lists every unexpected answer.</summary>
    private static async Task All(IEnumerable<Expected> rpcs, Func<Expected, Walk, Task> request)
    {
        Walk walk = new();
        await Parallel.ForEachAsync(rpcs, async (expected, _) => await request(expected, walk));
        Assert.True(walk.Wrong.IsEmpty, string.Join(Environment.NewLine, walk.Wrong.Order(StringComparer.Ordinal)));
    }

    private sealed class Walk
    {
        public ConcurrentBag<string> Wrong { get; } = [];

        public void Check(MethodDescriptor rpc, string who, Ended wanted, IReadOnlyList<(string Proto, Ended Ended)> got, bool emptyMatters = true)
        {
            foreach (var (wire, ended) in got.Where(g => g.Ended.Code != wanted.Code || (emptyMatters && g.Ended.Empty != wanted.Empty)))
                Wrong.Add($"{rpc.FullName} by {wire} {who}: wanted {wanted}, got {ended}");
        }
    }

    private BothWires Wires(string service) => new(platform.Grpc(service), platform.App.GetEndpoint(service, "http"));

    /// <summary>The case, and the names of a service note and an assignment in it.</summary>
    private async Task<IReadOnlyDictionary<string, string>> Made()
    {
        Dictionary<string, string> made = new(await SandboxCase.Made(platform));
        using var billing = platform.Http("billing", "provider", "harbor-works");
        using var notes = JsonDocument.Parse(await billing.GetStringAsync($"/v1/{made["individual"]}/serviceNotes"));
        var note = notes.RootElement.GetProperty("serviceNotes")[0];
        (made["serviceNote"], made["billingDecision"]) = (note.GetProperty("name").GetString()!, Decision(note));
        using var staffing = platform.Http("staffing", "provider", "harbor-works");
        using var assignments = JsonDocument.Parse(await staffing.GetStringAsync($"/v1/{made["esp"]}/assignments"));
        made["assignment"] = assignments.RootElement.GetProperty("assignments")[0].GetProperty("name").GetString()!;
        using var eligibility = platform.Http("eligibility", "provider", "harbor-works");
        using var determination = JsonDocument.Parse(await eligibility.GetStringAsync($"/v1/{made["determination"]}"));
        made["decision"] = Decision(determination.RootElement);
        using var fidelity = platform.Http("fidelity", "provider", "harbor-works");
        using var review = JsonDocument.Parse(await fidelity.GetStringAsync($"/v1/{made["review"]}"));
        made["fidelityDecision"] = Decision(review.RootElement);
        return made;

        static string Decision(JsonElement of) => $"decisions/{of.GetProperty("decision").GetProperty("decisionId").GetString()}";
    }

    /// <summary>None, broken, expired, not yet valid, of another audience, another issuer, another key, and unsigned.</summary>
    private (string Kind, string? Token)[] BadTokens()
    {
        var good = platform.Token("provider", "harbor-works");
        var signature = good.LastIndexOf('.') + 1;
        // The first character of the signature carries six whole bits, so that another one is another signature.
        var tampered = good[..signature] + (good[signature] == 'A' ? 'B' : 'A') + good[(signature + 1)..];
        var payload = good[(good.IndexOf('.', StringComparison.Ordinal) + 1)..(signature - 1)];
        var promoted = Base64UrlEncoder.Encode(Base64UrlEncoder.Decode(payload).Replace("\"provider\"", "\"ops\"", StringComparison.Ordinal));
        var issuer = SandboxIssuer.In(platform.Data);
        var own = issuer.Keys.Signing.ECDsa;
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return
        [
            ("no", null),
            ("a nonsense", "not-a-token"),
            ("a tampered", tampered),
            ("a promoted", good.Replace(payload, promoted, StringComparison.Ordinal)),
            ("an expired", Minted(own, issuer.Address, "ips", TimeSpan.FromHours(-3))),
            ("an early", Minted(own, issuer.Address, "ips", TimeSpan.FromHours(3))),
            ("another audience's", Minted(own, issuer.Address, "elsewhere", default)),
            ("another issuer's", Minted(own, "elsewhere", "ips", default)),
            ("another key's", Minted(other, issuer.Address, "ips", default)),
            ("an unsigned", Base64UrlEncoder.Encode("{\"alg\":\"none\",\"typ\":\"JWT\"}") + "." + payload + "."),
        ];
    }

    private static string Minted(ECDsa key, string issuer, string audience, TimeSpan shifted)
    {
        var now = TimeProvider.System.GetUtcNow().UtcDateTime + shifted;
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = issuer,
            Audience = audience,
            IssuedAt = now,
            NotBefore = now,
            Expires = now.AddHours(1),
            Subject = new ClaimsIdentity([new("sub", "test-provider"), new("role", "provider"), new("org", "harbor-works")]),
            SigningCredentials = new(new ECDsaSecurityKey(key), SecurityAlgorithms.EcdsaSha256),
        });
    }
}
