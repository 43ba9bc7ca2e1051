using Aspire.Hosting.Testing;
using Ips.AppHost;
using Ips.Contracts.Staffing.V1;
using Ips.Testing;
using Npgsql;

namespace Ips.Platform.Tests;

/// <summary>
/// A member of an agency with every role and a caseload without a person. The case is shared by all tests, and an agency that has members has them for ever:
/// so its row is put into the databases, and taken out again, before the next test.
/// </summary>
internal sealed class LimitedMember : IAsyncDisposable
{
    private const string Subject = "test-limited";

    /// <summary>What the requests of access.txt name that is about a person.</summary>
    private static readonly string[] Personal = ["{individual}", "{authorization}", "{determination}", "{referral}", "{serviceOrder}", "{serviceNote}",
        "{milestone1}", "{milestone2}", "{claimLine1}", "{decision}", "{billingDecision}", "{assignment}"];

    private readonly Platform platform;
    private readonly string organization;

    private LimitedMember(Platform platform, string organization) => (this.platform, this.organization) = (platform, organization);

    /// <summary>Its token.</summary>
    public string Token => SandboxIssuer.In(platform.Data).Mint(new TokenRequest("provider", organization, Subject, 1), TimeProvider.System);

    /// <summary>
    /// Whether an rpc is asked about the person of the case, and who may not know is refused or gets an empty list. Break-glass stays open to a limited member.
    /// </summary>
    public static bool IsAboutThePerson(Expected expected) => Personal.Any(name => expected.Request.Contains(name, StringComparison.Ordinal))
        && expected.Foreign["provider"] is not ("OPEN" or "OK" or "-") && expected.Rpc.Service.Name != "Disclosures";

    /// <summary>Puts the member into every service. Ends when each has taken notice.</summary>
    public static async Task<LimitedMember> Of(Platform platform, string organization)
    {
        LimitedMember member = new(platform, organization);
        var account = Ips.Platform.Privacy.Member.AccountOf(SandboxIssuer.In(platform.Data).Address, Subject);
        var roles = string.Join(',', Enum.GetValues<MemberRole>().Skip(1).Select(role => Contracts.WireCode.Upper(role)));
        await member.Everywhere("insert into members (id, version, organization, account_id, roles, staff_member_id, from_day, changed_at) "
            + $"values (gen_random_uuid(), 1, '{organization}', '{account}', '{{{roles}}}', gen_random_uuid(), '2020-01-01', now())");
        await member.Until(refused: true);
        return member;
    }

    public async ValueTask DisposeAsync()
    {
        await Everywhere($"delete from members where organization = '{organization}'");
        await Until(refused: false);
    }

    private async Task Everywhere(string sql)
    {
        foreach (var service in Platform.Services)
        {
            await using var database = NpgsqlDataSource.Create((await platform.App.GetConnectionStringAsync($"{service}-db"))!);
            await using var command = database.CreateCommand(sql);
            await command.ExecuteNonQueryAsync();
        }
    }

    // A person who is no member is refused once a service knows that there are members.
    private async Task Until(bool refused)
    {
        foreach (var (service, path) in new[] { ("eligibility", "individuals"), ("staffing", "staff"), ("fidelity", "reviews"), ("billing", "claimLines"), ("reporting", "deadlines") })
        {
            using var http = platform.Http(service, "provider", organization);
            await Poll.Until(async () => (await http.GetAsync(new Uri($"/v1/{path}", UriKind.Relative))).StatusCode == System.Net.HttpStatusCode.Forbidden == refused);
        }
    }
}
