using Google.Api;
using Google.Protobuf.Reflection;
using Xunit;

namespace Ips.Contracts.Tests;

/// <summary>The proto files pass buf's linter and keep what contracts/baseline/protos.binpb.gz froze; contracts/README.md describes how it changes.</summary>
public sealed class BufTests
{
    private static readonly string? Update = Environment.GetEnvironmentVariable("UPDATE_BASELINE");

    [Fact]
    public async Task The_linter_finds_nothing() => Assert.Equal("", await Buf.Lint(Buf.Current()));

    [Fact]
    public async Task The_linter_finds_a_field_without_a_comment()
    {
        var files = Buf.Current();
        var money = files.File.Single(file => file.Name == "ips/common/v1/money.proto");
        // The first field of the first message.
        money.SourceCodeInfo.Location.Single(location => location.Path.SequenceEqual([4, 0, 2, 0])).LeadingComments = "";

        Assert.Contains("Field \"amount\" should have a non-empty comment", await Buf.Lint(files));
    }

    [Fact]
    public async Task No_promise_of_the_frozen_contract_is_broken()
    {
        if (Update == "break" || !File.Exists(Buf.Frozen))
            await Buf.Freeze(Buf.Current());

        Assert.Equal("", await Buf.Breaks(Buf.ReadFrozen(), Buf.Current()));
    }

    [Fact]
    public async Task Every_addition_is_frozen()
    {
        if (Update is not null && await Buf.Breaks(Buf.ReadFrozen(), Buf.Current()) == "")
            await Buf.Freeze(Buf.Current());

        // What the frozen contract lacks looks like a removal from the current one to it.
        Assert.Equal("", await Buf.Breaks(Buf.Current(), Buf.ReadFrozen()));
    }

    [Fact]
    public async Task A_removed_field_is_found_and_named()
    {
        var files = Buf.Current();
        Message(files, "Money").Field.RemoveAt(1);

        Assert.Contains("currency_code", await Buf.Breaks(Buf.Current(), files));
    }

    [Fact]
    public void A_new_field_of_a_frozen_message_is_not_required()
    {
        var frozen = Buf.ReadFrozen().File
            .SelectMany(file => file.MessageType.Select(
            type => (Name: $"{file.Package}.{type.Name}", Fields: type.Field.Select(field => field.Name).ToHashSet())))
            .ToDictionary(type => type.Name, type => type.Fields, StringComparer.Ordinal);

        Assert.Empty(
            from message in Contract.Messages
            from field in message.Fields.InDeclarationOrder()
            where field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.Contains(FieldBehavior.Required) == true
            where frozen.TryGetValue(message.FullName, out var before) && !before.Contains(field.Name)
            select $"{field.FullName}: clients that do not know it do not send it");
    }

    private static DescriptorProto Message(FileDescriptorSet files, string name) =>
        files.File.SelectMany(file => file.MessageType).Single(type => type.Name == name);
}
