using System.Reflection;
using System.Text.Json;
using Ips.Contracts.Common.V1;
using Ips.Contracts.Eligibility.V1;
using Ips.Contracts.Events;
using Xunit;

namespace Ips.Contracts.Tests;

public sealed class IdTests
{
    private const string Uuid = "01900000-0000-7000-8000-0000000000ab";

    [Fact]
    public void A_resource_name_is_read_as_it_is_written()
    {
        Assert.True(AuthorizationId.TryParse($"authorizations/{Uuid}", out var id));
        Assert.Equal($"authorizations/{Uuid}", id.Name);
        Assert.Equal(Uuid, id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(Uuid)]
    [InlineData("authorizations/")]
    [InlineData("authorizations/not-a-uuid")]
    [InlineData("individuals/" + Uuid)]
    [InlineData("authorizationsx" + Uuid)]
    [InlineData("Authorizations/" + Uuid)]
    [InlineData("authorizations/" + Uuid + "/")]
    [InlineData(" authorizations/" + Uuid)]
    [InlineData("authorizations/{01900000-0000-7000-8000-0000000000ab}")]
    [InlineData("authorizations/0190000000007000800000000000000000ab")]
    [InlineData("authorizations/00000000-0000-0000-0000-000000000000")]
    public void Anything_else_is_no_resource_name(string? name) => Assert.False(AuthorizationId.TryParse(name, out _));

    [Fact]
    public void Every_id_has_a_collection_of_its_own()
    {
        var collection = typeof(IdTests).GetMethod(nameof(CollectionOf), BindingFlags.NonPublic | BindingFlags.Static)!;
        var collections = ResourceIds.Types.Select(type => collection.MakeGenericMethod(type).Invoke(null, null));
        Assert.Equal(51, ResourceIds.Types.Count);
        Assert.Distinct(collections);
    }

    [Fact]
    public void An_id_is_its_uuid_in_json()
    {
        var id = new AuthorizationId(Guid.Parse(Uuid));
        Assert.Equal($"\"{Uuid}\"", JsonSerializer.Serialize(id, EventCatalog.Json));
        Assert.Equal(id, JsonSerializer.Deserialize<AuthorizationId?>($"\"{Uuid}\"", EventCatalog.Json));
    }

    [Theory]
    [InlineData("alliance", true)]
    [InlineData("a-1", true)]
    [InlineData("al", false)]
    [InlineData("1lliance", false)]
    [InlineData("Alliance", false)]
    [InlineData("alli ance", false)]
    [InlineData("allïance", false)]
    [InlineData("-alliance", false)]
    [InlineData(null, false)]
    [InlineData("a234567890123456789012345678901234567890", true)]
    [InlineData("a2345678901234567890123456789012345678901", false)]
    public void An_organization_code_is_safe_everywhere(string? code, bool expected)
    {
        Assert.Equal(expected, OrganizationCode.IsCode(code));
        Assert.Equal(expected, OrganizationCode.TryParse($"organizations/{code}", out var read));
        Assert.Equal(expected ? code : null, read.Value);
    }

    [Fact]
    public void A_text_that_is_no_code_cannot_become_one() => Assert.Throws<ArgumentException>(() => new OrganizationCode("No Code"));

    [Fact]
    public void Codes_are_those_of_the_facts()
    {
        Assert.Equal("never_employed", WireCode.Lower(EmploymentHistory.NeverEmployed));
        Assert.Equal("OTHER_MH", WireCode.Upper(DiagnosisClass.OtherMh));
        Assert.Equal("TEAM_LEAD", WireCode.Upper(StaffRole.TeamLead));
        Assert.Equal("dvrs_determining", WireCode.Lower(ReferralState.DvrsDetermining));
        Assert.Null(WireCode.Lower(EmploymentHistory.Unspecified));
    }

    [Fact]
    public void Every_value_of_every_enum_is_read_back_from_its_code()
    {
        var read = typeof(WireCode).GetMethod(nameof(WireCode.TryRead))!;
        foreach (var type in Contract.Enums.Select(descriptor => descriptor.ClrType))
        {
            foreach (var value in Enum.GetValues(type).Cast<Enum>().Where(value => Convert.ToInt32(value) != 0))
            {
                object?[] arguments = [WireCode.Lower(value), null];
                Assert.Equal(true, read.MakeGenericMethod(type).Invoke(null, arguments));
                Assert.Equal(value, arguments[1]);
            }
        }
    }

    [Fact]
    public void A_number_that_is_no_value_is_refused() => Assert.Throws<ArgumentException>(() => WireCode.Lower((EmploymentHistory)99));

    private static string CollectionOf<TId>() where TId : struct, IResourceId<TId> => TId.Collection;
}
