using Ips.Eligibility.Individuals;
using Xunit;

namespace Ips.Eligibility.Tests;

/// <summary>The parts of names, how they sound, and the normal forms of phones and e-mail addresses.</summary>
public sealed class NamePartTests
{
    [Theory]
    [InlineData("O'Neil", "NEIL ONEIL")]
    [InlineData("O’Neil-Núñez", "NEIL NUNEZ ONEIL ONEILNUNEZ")]
    [InlineData("Jean-Luc", "JEAN JEANLUC LUC")]
    [InlineData("  de  la Cruz ", "CRUZ DE DELACRUZ LA")]
    [InlineData("Núñez", "NUNEZ")]
    [InlineData("Łukasz Søren", "LUKASZ LUKASZSOREN SOREN")]
    [InlineData("Weiß", "WEISS")]
    [InlineData("J.", "J")]
    [InlineData("李 小龙", "小龙 李小龙")]
    public void A_name_has_its_words_their_pieces_and_the_whole(string name, string parts) => Assert.Equal(parts, string.Join(' ', NameParts.Of(name)));

    [Theory]
    [InlineData("Ana de la Cruz", "ANA|DELACRUZ,CRUZ")]
    [InlineData("o'neil", "ONEIL")]
    [InlineData("Jean-Luc", "JEAN,JEANLUC|LUC,JEANLUC")]
    [InlineData("J Smith", "SMITH")]
    [InlineData("van", "VAN")]
    [InlineData("!!", "")]
    public void A_search_looks_for_each_word(string name, string sought) =>
        Assert.Equal(sought, string.Join('|', NameParts.Sought(name).Select(forms => string.Join(',', forms))));

    [Theory]
    [InlineData("KATHRYN", "CATHERINE")]
    [InlineData("SMITH", "SMYTH")]
    [InlineData("SCHMIDT", "SMITH")]
    [InlineData("STEVEN", "STEPHEN")]
    [InlineData("GONZALEZ", "GONSALES")]
    [InlineData("GEOFFREY", "JEFFREY")]
    [InlineData("SEAN", "SHAWN")]
    [InlineData("HUGHES", "HUES")]
    public void Names_that_sound_alike_have_one_sound(string one, string other) => Assert.Equal(NameParts.Sound(one), NameParts.Sound(other));

    [Theory]
    [InlineData("SMITH", "JONES")]
    [InlineData("BOB", "BO")]
    [InlineData("MARIA", "MARK")]
    [InlineData("ANNA", "HANNA")]
    public void Names_that_do_not_sound_alike_have_two(string one, string other) => Assert.NotEqual(NameParts.Sound(one), NameParts.Sound(other));

    [Theory]
    [InlineData("(919) 555-0100", "+19195550100")]
    [InlineData("919.555.0100", "+19195550100")]
    [InlineData("1 919 555 0100", "+19195550100")]
    [InlineData("+1-919-555-0100", "+19195550100")]
    [InlineData("+44 20 7946 0958", "+442079460958")]
    [InlineData("2 919 555 0100", null)]
    [InlineData("555-0100", null)]
    [InlineData("+1234567", null)]
    [InlineData("919 555 0100 x5", null)]
    [InlineData("919+5550100", null)]
    public void A_phone_has_one_form(string typed, string? form) => Assert.Equal(form, ContactReading.NormalPhone(typed));

    [Theory]
    [InlineData(" Person@Example.ORG ", "person@example.org")]
    [InlineData("a@b@c.org", null)]
    [InlineData("a@localhost", null)]
    [InlineData("a b@c.org", null)]
    [InlineData("@c.org", null)]
    public void An_address_has_one_form(string typed, string? form) => Assert.Equal(form, ContactReading.NormalEmail(typed));
}
