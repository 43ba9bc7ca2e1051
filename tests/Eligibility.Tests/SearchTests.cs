using Grpc.Core;
using Xunit;
using Proto = Ips.Contracts.Eligibility.V1;

namespace Ips.Eligibility.Tests;

/// <summary>People are found by parts and sounds of their names, by identifier, phone and birth date, among those that the caller may see.</summary>
[Collection("eligibility")]
public sealed class SearchTests(EligibilityService service)
{
    [Theory]
    [InlineData("María José", "O'Neil-Núñez", "oneil", "NAME")]
    [InlineData("María José", "O'Neil-Núñez", "Neil Nunez", "NAME")]
    [InlineData("María José", "O'Neil-Núñez", "nuñez maria", "NAME")]
    [InlineData("María José", "O'Neil-Núñez", "Jose Marya", "SOUND")]
    [InlineData("Kathryn", "Schmidt", "Catherine Smith", "SOUND")]
    [InlineData("Kathryn", "Schmidt", "Kathryn Jones", "")]
    [InlineData("Ana", "Delacruz", "de la Cruz", "NAME")]
    [InlineData("Ana", "de la Cruz", "Delacruz Ana", "NAME")]
    public async Task A_name_is_found_by_parts_and_sounds(string given, string family, string sought, string ground)
    {
        var (one, name) = await Register(given, family);
        var found = (await one.Individuals.ListMatchingIndividualsAsync(new() { PersonName = sought }, one.AsProvider)).Matches;
        Assert.Equal(ground.Length == 0 ? "" : $"{name} {given} {family} {ground.ToUpperInvariant()}", string.Join(',', found.Select(m =>
            $"{m.Individual} {m.GivenName} {m.FamilyName} {string.Join(' ', m.Grounds).ToUpperInvariant()}")));
    }

    [Fact]
    public async Task Everything_that_is_sent_has_to_match()
    {
        var (one, name) = await Register("Wilhelmina", "Quillsearch");
        Proto.ListMatchingIndividualsRequest request = new() { PersonName = "Quillsearch", BirthDate = "1991-07-23", IdentifierValue = one.Identifier.ToUpperInvariant() };
        Assert.Empty((await one.Individuals.ListMatchingIndividualsAsync(request, one.AsProvider)).Matches);
        request.IdentifierValue = $"{one.Identifier}-x".Replace("-", " ", StringComparison.Ordinal);
        Assert.Equal([Proto.MatchGround.Name, Proto.MatchGround.Identifier],
            Assert.Single((await one.Individuals.ListMatchingIndividualsAsync(request, one.AsProvider)).Matches, m => m.Individual == name).Grounds);
        request.BirthDate = "1991-07-24";
        Assert.Empty((await one.Individuals.ListMatchingIndividualsAsync(request, one.AsProvider)).Matches);

        await one.Individuals.RecordContactAsync(
            new() { Individual = name, Content = ContactTests.Phone("(336) 555-0177"), From = service.Day(), RequestId = EligibilityService.NewId() }, one.AsProvider);
        var byPhone = Assert.Single((await one.Individuals.ListMatchingIndividualsAsync(new() { Phone = "336.555.0177" }, one.AsProvider)).Matches);
        Assert.Equal((name, Proto.MatchGround.Phone), (byPhone.Individual, Assert.Single(byPhone.Grounds)));
    }

    [Fact]
    public async Task Only_people_that_the_caller_may_see_are_found()
    {
        var one = await PersonBuilder.Register(service);
        Proto.ListMatchingIndividualsRequest request = new() { PersonName = "Quillfamily", IdentifierValue = one.Identifier };
        Assert.Equal(one.Name, Assert.Single((await one.Individuals.ListMatchingIndividualsAsync(request, one.AsProvider)).Matches).Individual);
        Assert.Equal(one.Name, Assert.Single((await one.Individuals.ListMatchingIndividualsAsync(request, one.AsPayer)).Matches).Individual);
        Assert.Empty((await one.Individuals.ListMatchingIndividualsAsync(request, service.As(Roles.Provider, "agency-foreign"))).Matches);
        Assert.Empty((await one.Individuals.ListMatchingIndividualsAsync(request, service.As(Roles.Mco, "payer-foreign"))).Matches);
        foreach (var role in new[] { Roles.Dvrs, Roles.State })
            Assert.Equal(StatusCode.PermissionDenied, (await EligibilityService.Refused(async () =>
                await one.Individuals.ListMatchingIndividualsAsync(request, service.As(role, "nc-dvrs")))).Code);
        Assert.Equal(0L, await service.Count("individual_keys k where k::text ilike '%quill%'"));
    }

    [Theory]
    [InlineData("{}", "person_name")]
    [InlineData("""{"birthDate":"1991-07-23"}""", "person_name")]
    [InlineData("""{"personName":"!!"}""", "person_name")]
    [InlineData("""{"personName":"a1a bb cc dd ee ff gg hh"}""", "person_name")]
    [InlineData("""{"identifierValue":"--"}""", "identifier_value")]
    [InlineData("""{"phone":"12"}""", "phone")]
    [InlineData("""{"email":"x"}""", "email")]
    public async Task A_wrong_field_is_named(string request, string field)
    {
        Proto.Individuals.IndividualsClient individuals = new(service.Channel);
        var refused = await service.RefusedWithoutTrace(async () => await individuals.ListMatchingIndividualsAsync(
            Proto.ListMatchingIndividualsRequest.Parser.ParseJson(request), service.As(Roles.Provider, "agency-foreign")));
        Assert.Equal(StatusCode.InvalidArgument, refused.Code);
        Assert.Contains($"{field}:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_corrected_name_is_found_and_the_wrong_one_is_not_and_a_merged_one_still_is()
    {
        var (one, name) = await Register("Bartholomew", "Quillbefore");
        var record = await one.Individuals.GetIndividualAsync(new() { Name = name }, one.AsProvider);
        Proto.PersonParticulars particulars = new() { GivenName = "Bartholomew", FamilyName = "Zumwalt", BirthDate = "1991-07-23" };
        particulars.Identifiers.AddRange(record.Identifiers);
        record = await one.Individuals.CorrectIndividualAsync(new()
        {
            Name = name,
            Etag = record.Etag,
            Particulars = particulars,
            Reason = Proto.CorrectionReason.WrongValue,
            RequestId = EligibilityService.NewId(),
        }, one.AsProvider);
        Assert.Equal((name, "", name), (await Found(one, "Zumwalt"), await Found(one, "Quillbefore"), await Found(one, "Bartholomew")));

        var other = await one.Individuals.RegisterIndividualAsync(Registration(one, "Xiomara", "Quilljoined"), one.AsProvider);
        await one.Individuals.MergeIndividualsAsync(
            new() { Survivor = name, Merged = other.Name, Etag = record.Etag, MergedEtag = other.Etag, RequestId = EligibilityService.NewId() }, one.AsProvider);
        Assert.Equal((name, name), (await Found(one, "Zumwalt"), await Found(one, "Quilljoined")));
    }

    [Fact]
    public async Task Pages_follow_each_other()
    {
        var one = await PersonBuilder.Register(service);
        for (var n = 0; n < 3; n++)
            await one.Individuals.RegisterIndividualAsync(Registration(one, "Paged", "Quillmany"), one.AsProvider);
        Proto.ListMatchingIndividualsRequest request = new() { PersonName = "Quillmany", PageSize = 2 };
        var first = await one.Individuals.ListMatchingIndividualsAsync(request, one.AsProvider);
        request.PageToken = first.NextPageToken;
        var second = await one.Individuals.ListMatchingIndividualsAsync(request, one.AsProvider);
        Assert.Equal((2, 1, ""), (first.Matches.Count, second.Matches.Count, second.NextPageToken));
        Assert.Distinct(first.Matches.Concat(second.Matches).Select(m => m.Individual));
    }

    private static async Task<string> Found(PersonBuilder one, string sought) => string.Join(',', (await one.Individuals.ListMatchingIndividualsAsync(
        new() { PersonName = sought }, one.AsProvider)).Matches.Select(m => m.Individual));

    // A person of that name beside another at one agency.
    private async Task<(PersonBuilder One, string Name)> Register(string given, string family)
    {
        var one = await PersonBuilder.Register(service);
        return (one, (await one.Individuals.RegisterIndividualAsync(Registration(one, given, family), one.AsProvider)).Name);
    }

    private static Proto.RegisterIndividualRequest Registration(PersonBuilder one, string given, string family)
    {
        var registration = one.Registration();
        (registration.GivenName, registration.FamilyName, registration.Identifiers[0].Value) = (given, family, $"{one.Identifier}-{(given == "Paged" ? EligibilityService.NewCode("n") : "x" + (given == "Xiomara" ? "y" : ""))}");
        return registration;
    }
}
