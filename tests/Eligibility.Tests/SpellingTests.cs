using Grpc.Core;
using Ips.Eligibility.Individuals;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>A person and an identifier are the same in every spelling that people type.</summary>
[Collection("eligibility")]
public sealed class SpellingTests(EligibilityService service)
{
    [Theory]
    [InlineData("medicaid-nc", "945 00-1a", "945001A")]
    [InlineData("medicaid-mo", " 12.34\u00a05 ", "12345")]
    [InlineData("alliance-member", " Ab 1-2 ", "Ab1-2")]
    public void An_identifier_has_one_form_per_system(string system, string typed, string form) => Assert.Equal(form, Person.NormalForm(system, typed));

    [Fact]
    public async Task An_identifier_is_found_refused_corrected_and_taken_off_in_any_spelling()
    {
        var one = await PersonBuilder.Register(service, identifier: "91" + Guid.NewGuid().ToString("N")[..10]);
        var inBlanks = $" {one.Identifier[..4]} {one.Identifier[4..]}";
        foreach (var typed in new[] { one.Identifier, one.Identifier + " ", inBlanks, one.Identifier.ToUpperInvariant() })
        {
            Assert.Equal(one.Name, await Find(one, typed));
            var again = one.Registration();
            again.Identifiers[0].Value = typed;
            Assert.Equal(StatusCode.AlreadyExists,
                (await service.RefusedWithoutTrace(async () => await one.Individuals.RegisterIndividualAsync(again, one.AsProvider))).Code);
        }

        var other = "92" + Guid.NewGuid().ToString("N")[..10];
        await Correct(one, other[..5] + " " + other[5..]);
        Assert.Equal((one.Name, ""), (await Find(one, other), await Find(one, one.Identifier)));
        await Correct(one, one.Identifier);
        Assert.Equal((one.Name, ""), (await Find(one, one.Identifier), await Find(one, other)));
    }

    [Theory]
    [InlineData("Siobhán Áine", "O'Neill-Ward", "Siobhan O Neill Ward", true)]
    [InlineData("Siobhán Áine", "O'Neill-Ward", "ONEILL WARD, SIOBHAN A.", true)]
    [InlineData("Siobhán Áine", "O'Neill-Ward", "Siobhán Á. O’Neill-Ward", true)]
    [InlineData("Siobhán Áine", "O'Neill-Ward", "Áine O'Neill-Ward", false)]
    [InlineData("Siobhán Áine", "O'Neill-Ward", "Siobhán Ward", false)]
    [InlineData("Siobhán Áine", "O'Neill-Ward", "S. O'Neill-Ward", false)]
    [InlineData("Ann", "Ann", "Ann", false)]
    public void A_document_names_a_person_in_any_spelling_of_both_names(string given, string family, string written, bool named) =>
        Assert.Equal(named, new Person(given, family, new(1980, 2, 29), new Dictionary<string, string>()).IsNamed(written));

    [Fact]
    public async Task A_document_may_write_a_name_from_before_a_correction_and_another_agency_learns_nothing()
    {
        var one = await PersonBuilder.Register(service);
        var registered = one.Registration();
        var before = $"{registered.GivenName} {registered.FamilyName}";
        await Correct(one, one.Identifier, familyName: "Latername");
        Proto.MatchNameRequest request = new() { Individual = one.Name, WrittenName = before };
        Assert.True((await one.Individuals.MatchNameAsync(request, one.AsProvider)).Matches);
        Assert.True((await one.Individuals.MatchNameAsync(new(request) { WrittenName = $"{registered.GivenName} Latername" }, one.AsProvider)).Matches);
        Assert.False((await one.Individuals.MatchNameAsync(new(request) { WrittenName = "Another Name" }, one.AsProvider)).Matches);
        var foreign = await service.RefusedWithoutTrace(async () => await one.Individuals.MatchNameAsync(request, service.As(Roles.Provider, "other-agency")));
        Assert.Equal(StatusCode.NotFound, foreign.Code);
        var empty = await service.RefusedWithoutTrace(async () => await one.Individuals.MatchNameAsync(new(request) { WrittenName = " " }, one.AsProvider));
        Assert.Equal(StatusCode.InvalidArgument, empty.Code);
    }

    /// <summary>A record from before the normal form has the hash of what was typed.</summary>
    [Fact]
    public async Task An_identifier_that_was_stored_as_typed_is_known_until_the_command_hashes_it_again()
    {
        var one = await PersonBuilder.Register(service, identifier: "93" + Guid.NewGuid().ToString("N")[..10]);
        var typed = one.Identifier[..4] + "-" + one.Identifier[4..];
        await Correct(one, typed);
        await service.Use<PersonalDataProtector>(async protector =>
        {
            await service.Scalar("update individual_identifiers set hash = '\\x" + Convert.ToHexString(protector.Hash("medicaid-nc", typed))
                + $"' where individual_id = '{one.Name["individuals/".Length..]}'");
            Assert.Equal((one.Name, ""), (await Find(one, typed), await Find(one, one.Identifier)));
            var again = one.Registration();
            again.Identifiers[0].Value = typed;
            Assert.Equal(StatusCode.AlreadyExists,
                (await service.RefusedWithoutTrace(async () => await one.Individuals.RegisterIndividualAsync(again, one.AsProvider))).Code);

            Assert.True(await service.WithDb(db => new RotateIdentifiers(db, protector, service.Clock).Rotate(default)) >= 2);
        });
        Assert.Equal((one.Name, one.Name), (await Find(one, typed), await Find(one, one.Identifier)));
    }

    [Fact]
    public async Task A_name_is_found_as_people_type_it()
    {
        var one = await PersonBuilder.Register(service);
        var sent = one.Registration();
        (sent.GivenName, sent.FamilyName, sent.BirthDate, sent.Identifiers[0].Value) = ("  Siobh\u00e1n ", "O\u2019Neill-Smith", "1980-02-29", NewCode());
        var stored = await one.Individuals.RegisterIndividualAsync(sent, one.AsProvider);
        Assert.Equal("Siobh\u00e1n", stored.GivenName);
        foreach (var (given, family) in new[]
        {
            ("Siobhan", "O'Neill-Smith"), ("SIOBHAN", "ONeill Smith"), ("siobhan", "oneillsmith"), ("Siobhan", "O Neill Smith"), ("O'Neill-Smith", "Siobhan"),
        })
        {
            Assert.Equal(stored.Name, (await one.Individuals.FindIndividualAsync(
                new() { GivenName = given, FamilyName = family, BirthDate = "1980-02-29" }, one.AsProvider)).Name);
        }

        Assert.Equal(StatusCode.NotFound, (await EligibilityService.Refused(async () => await one.Individuals.FindIndividualAsync(
            new() { GivenName = "Siobhan", FamilyName = "O'Neil-Smith", BirthDate = "1980-02-29" }, one.AsProvider))).Code);

        var twin = one.Registration();
        (twin.GivenName, twin.FamilyName, twin.BirthDate, twin.Identifiers[0].Value) = ("Siobhan", "ONeillsmith", "1980-02-29", NewCode());
        var second = await one.Individuals.RegisterIndividualAsync(twin, one.AsProvider);
        var pair = Assert.Single((await one.Individuals.ListDuplicatesAsync(new() { Individual = stored.Name }, one.AsProvider)).Duplicates);
        Assert.Equal(Proto.DuplicateGround.NameAndBirthDate, Assert.Single(pair.Grounds));
        Assert.Equal(new[] { stored.Name, second.Name }.Order(), new[] { pair.Individual, pair.Candidate }.Order());
    }

    [Fact]
    public async Task What_no_reader_sees_in_a_name_is_refused()
    {
        var one = await PersonBuilder.Register(service);
        var sent = one.Registration();
        (sent.GivenName, sent.FamilyName, sent.Identifiers[0].Value) = ("Zoe\u200b", "\u202eneddih", "12\u200b34");
        var refused = await service.RefusedWithoutTrace(async () => await one.Individuals.RegisterIndividualAsync(sent, one.AsProvider));
        Assert.Equal(["given_name", "family_name", "identifiers[0].value"], refused.Fields);
    }

    [Fact]
    public async Task A_retry_with_the_request_id_in_capitals_gets_the_first_answer()
    {
        var one = await PersonBuilder.Register(service);
        var sent = one.Registration();
        sent.Identifiers[0].Value = NewCode();
        var first = await one.Individuals.RegisterIndividualAsync(sent, one.AsProvider);
        sent.RequestId = sent.RequestId.ToUpperInvariant();
        Assert.Equal(first, await one.Individuals.RegisterIndividualAsync(sent, one.AsProvider));
    }

    private static string NewCode() => EligibilityService.NewCode("member");

    private static async Task<string> Find(PersonBuilder one, string value)
    {
        try
        {
            return (await one.Individuals.FindIndividualAsync(new() { Identifier = new() { System = "medicaid-nc", Value = value } }, one.AsProvider)).Name;
        }
        catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
        {
            return "";
        }
    }

    private static async Task Correct(PersonBuilder one, string identifier, string? familyName = null)
    {
        var now = await one.Read();
        await one.Individuals.CorrectIndividualAsync(new()
        {
            Name = one.Name,
            Etag = now.Etag,
            Reason = Proto.CorrectionReason.WrongValue,
            Particulars = new()
            {
                GivenName = now.GivenName,
                FamilyName = familyName ?? now.FamilyName,
                BirthDate = now.BirthDate,
                Identifiers = { new Proto.Identifier { System = "medicaid-nc", Value = identifier } },
            },
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
    }
}
