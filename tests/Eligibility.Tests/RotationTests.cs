using System.Security.Cryptography;
using System.Text;
using Ips.Eligibility.Individuals;
using Microsoft.Extensions.Configuration;
using Npgsql;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>A service whose key ring has a new key that encrypts nothing yet.</summary>
public sealed class RotatedService : IAsyncLifetime
{
    public Dictionary<string, string> Keys { get; } =
        new[] { "k1", "k2", "h1", "h2" }.ToDictionary(k => k, _ => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));

    public EligibilityService Service { get; } = new();

    public Task InitializeAsync()
    {
        (Service.Settings["PersonalData:Keys:k1"], Service.Settings["PersonalData:Keys:k2"], Service.Settings["PersonalData:HashKey"]) =
            (Keys["k1"], Keys["k2"], Keys["h1"]);
        return Service.InitializeAsync();
    }

    public Task DisposeAsync() => Service.DisposeAsync();
}

/// <summary>Keys are replaced while the service runs, and an interrupted rotation resumes.</summary>
public sealed class RotationTests(RotatedService rotated) : IClassFixture<RotatedService>
{
    private readonly EligibilityService service = rotated.Service;

    [Fact]
    public async Task Everything_is_encrypted_again_an_interrupted_rotation_resumes_and_the_service_keeps_reading()
    {
        var one = await (await PersonBuilder.Register(service)).WithFacts();
        var determination = await one.Determinations.DetermineAsync(one.Determination(), one.AsProvider);
        // More rows than one batch, with one row in the second batch that no key decrypts.
        await Run("insert into answered_requests select gen_random_uuid(), 'copies/' || n, fingerprint, answer, answered_at "
            + "from (select * from answered_requests limit 1) r, generate_series(1, 1200) n");
        var broken = (Guid)(await service.Scalar("select request_id from answered_requests order by request_id offset 800 limit 1"))!;
        await Run($"update answered_requests set answer = '\\x8101026b39' || substring(answer from 6) where request_id = '{broken}'");
        var total = await Sealed("k1") + 1;

        var ring = Ring("k2");
        await Assert.ThrowsAsync<CryptographicException>(() => Rotate(ring));
        Assert.True(await Sealed("k2") > 0, "nothing was sealed before it broke off");
        Assert.True(await Sealed("k1") > 0);
        await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, one.AsProvider);

        await Run($"update answered_requests set answer = '\\x8101026b31' || substring(answer from 6) where request_id = '{broken}'");
        var outcome = await Rotate(ring);
        Assert.Equal((0L, total), (outcome.Left, await Sealed("k2")));
        Assert.Equal(0L, await Sealed("k1"));
        Assert.Equal(0L, (await Rotate(ring)).Encrypted);

        // The running service still encrypts with the old key and decrypts with both.
        Assert.Equal("Quillgiven", (await one.Individuals.GetIndividualAsync(new() { Name = one.Name }, one.AsProvider)).GivenName);
        Assert.Equal(determination.Decision, (await one.Determinations.GetDeterminationAsync(new() { Name = determination.Name }, one.AsProvider)).Decision);
        var later = await PersonBuilder.Register(service);
        Assert.Equal("Quillgiven", (await later.Individuals.GetIndividualAsync(new() { Name = later.Name }, later.AsProvider)).GivenName);
    }

    [Fact]
    public async Task Identifiers_are_found_by_the_old_hash_key_until_it_is_removed_and_by_the_new_key_afterwards()
    {
        var one = await PersonBuilder.Register(service);
        Assert.Equal((1L, 0L), await Hashes(one));
        await RotateHashes(Ring("k1", "h2", "h1"));
        Assert.Equal((1L, 1L), await Hashes(one));
        Assert.Equal(one.Name,
            (await one.Individuals.FindIndividualAsync(new() { Identifier = new() { System = "medicaid-nc", Value = one.Identifier } }, one.AsProvider)).Name);
        Assert.Equal(0L, await RotateHashes(Ring("k1", "h2", "h1")));
        await RotateHashes(Ring("k1", "h2"));
        Assert.Equal((0L, 1L), await Hashes(one));
        await RotateHashes(Ring("k1", "h1"));
        Assert.Equal((1L, 0L), await Hashes(one));
    }

    [Fact]
    public async Task People_contacts_and_referrals_are_found_by_the_new_key_and_people_from_before_the_search_get_their_keys()
    {
        var one = await PersonBuilder.Register(service);
        var id = one.Name.Split('/')[1];
        await one.Individuals.RecordContactAsync(
            new() { Individual = one.Name, Content = ContactTests.Phone("919 555 0191"), From = service.Day(), RequestId = EligibilityService.NewId() },
            one.AsProvider);
        var referral = await new Contracts.Eligibility.V1.IntakeReferrals.IntakeReferralsClient(service.Channel).ReceiveIntakeReferralAsync(new()
        {
            Provider = $"organizations/{one.Provider}",
            Content = new()
            {
                Source = Contracts.Eligibility.V1.IntakeSource.Self,
                Program = "nc-core",
                Person = new() { GivenName = "Quillgiven", FamilyName = "Quillfamily" },
            },
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
        // As a person has it who was registered before there were search keys.
        var keys = await service.Count($"individual_keys where individual_id = '{id}'");
        await Run($"delete from individual_keys where individual_id = '{id}'");
        Assert.Equal("", await Found(one));
        await RotateHashes(Ring("k1", "h1"));
        Assert.Equal((one.Name, keys), (await Found(one), await service.Count($"individual_keys where individual_id = '{id}'")));
        Assert.Equal(0L, await RotateHashes(Ring("k1", "h1")));

        var before = await Columns();
        await RotateHashes(Ring("k1", "h2"));
        Assert.Equal("", await Found(one));
        var after = await Columns();
        Assert.All(before.Zip(after), pair => Assert.NotEqual(pair.First, pair.Second));
        await RotateHashes(Ring("k1", "h1"));
        Assert.Equal(one.Name, await Found(one));
        Assert.Equal(before, await Columns());

        async Task<string[]> Columns() =>
        [
            (string)(await service.Scalar($"select keys::text from contacts where individual_id = '{id}'"))!,
            (string)(await service.Scalar($"select array(select unnest(keys) order by 1)::text from intake_referrals where id = '{referral.Name[16..]}'"))!,
        ];
    }

    private static async Task<string> Found(PersonBuilder one) => string.Join(',',
        (await one.Individuals.ListMatchingIndividualsAsync(new() { PersonName = "Quillfamily" }, one.AsProvider)).Matches.Select(m => m.Individual));

    [Fact]
    public async Task Every_column_of_bytes_is_covered()
    {
        var known = await service.WithDb(db => Task.FromResult(KeyRotation.Columns(db.Model).Select(c => $"{c.Table}.{c.Column}").ToHashSet()));
        var all = ((string)(await service.Scalar(
            "select string_agg(table_name || '.' || column_name, ' ') from information_schema.columns where table_schema = 'public' and data_type = 'bytea'"))!)
                .Split(' ');
        string[] notSealed = ["individual_identifiers.hash", "individual_identifiers.value_hash", "individuals.person_hash", "individuals.spelling_hash",
            "exclusive_spans.hash", "fhir_requests.fingerprint", "individual_keys.hash", "answered_requests.fingerprint", "decisions.pack_hash", "decisions.receipt_sha256", "audit_seals.hash", "audit_seals.marks",
            // Encrypted with the key of their content, which is renewed.
            "document_parts.part_bytes"];
        Assert.Equal(notSealed.Order(), all.Where(c => !known.Contains(c)).Order());
        Assert.Contains("decisions.facts", known);
    }

    private PersonalDataProtector Ring(string current, string hash = "h1", string? old = null)
    {
        Dictionary<string, string?> settings = new()
        {
            ["PersonalData:Current"] = current,
            ["PersonalData:Keys:k1"] = rotated.Keys["k1"],
            ["PersonalData:Keys:k2"] = rotated.Keys["k2"],
            ["PersonalData:HashKey"] = rotated.Keys[hash],
        };
        if (old is not null)
            settings["PersonalData:OldHashKeys:before"] = rotated.Keys[old];
        return new(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
    }

    private Task<KeyRotation.Outcome> Rotate(PersonalDataProtector ring) => service.WithDb(db => KeyRotation.Run(db, ring, []));

    private Task<long> RotateHashes(PersonalDataProtector ring) => service.WithDb(db => new RotateIdentifiers(db, ring, service.Clock).Rotate(default));

    private async Task<(long Old, long New)> Hashes(PersonBuilder one)
    {
        return (await Of("h1"), await Of("h2"));

        Task<long> Of(string key) => service.Count(
            $"individual_identifiers where individual_id = '{one.Name.Split('/')[1]}' "
                + $"and hash = '\\x{Convert.ToHexString(Ring("k1", key).Hash("medicaid-nc", Person.NormalForm("medicaid-nc", one.Identifier)))}'");
    }

    private async Task<long> Sealed(string key)
    {
        var header = $"'\\x02{Convert.ToHexString(Encoding.ASCII.GetBytes(key))}'::bytea";
        return await service.Count($"individuals where substring(personal_data from 1 for 3) = {header}") + await service.Count(
            $"answered_requests where substring(answer from 3 for 3) = {header}")
            + await service.Count($"decisions where substring(facts from 6 for 3) = {header}");
    }

    private async Task Run(string sql)
    {
        await using NpgsqlConnection connection = new(service.ConnectionString);
        await connection.OpenAsync();
        await using NpgsqlCommand command = new(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
