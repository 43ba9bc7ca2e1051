using Grpc.Core;
using Xunit;

namespace Ips.Compat.Tests.Rpc;

public sealed class MetadataTests
{
    [Theory]
    [InlineData("")]
    [InlineData("white space")]
    [InlineData("schlüssel")]
    [InlineData("colon:")]
    [InlineData("line\nbreak")]
    [InlineData(":path")]
    public void Key_that_is_no_header_name_is_refused(string key) => Assert.Throws<ArgumentException>(() => new Metadata.Entry(key, "value"));

    [Theory]
    [InlineData("X-Trace", "x-trace")]
    [InlineData("a.b_c-9", "a.b_c-9")]
    public void Key_is_kept_in_lower_case(string key, string kept) => Assert.Equal(kept, new Metadata.Entry(key, "value").Key);

    [Fact]
    public void Suffix_decides_whether_a_value_is_text_or_bytes()
    {
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("data-bin", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("data-BIN", "text"));
        Assert.Throws<ArgumentException>(() => new Metadata.Entry("data", [1]));
        Assert.True(new Metadata.Entry("data-bin", [1]).IsBinary);
        Assert.False(new Metadata.Entry("data", "1").IsBinary);
    }

    [Fact]
    public void Nulls_are_refused()
    {
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry(null!, "text"));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("a", (string)null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata.Entry("a-bin", (byte[])null!));
        Assert.Throws<ArgumentNullException>(() => new Metadata().Add(null!));
    }

    [Fact]
    public void Bytes_are_copied_in_and_out()
    {
        byte[] bytes = [1, 2];
        var entry = new Metadata.Entry("a-bin", bytes);
        bytes[0] = 9;
        entry.ValueBytes[1] = 9;
        Assert.Equal([1, 2], entry.ValueBytes);
    }

    [Fact]
    public void Text_can_be_read_as_bytes_but_not_bytes_as_text()
    {
        Assert.Equal("abc"u8.ToArray(), new Metadata.Entry("a", "abc").ValueBytes);
        Assert.Throws<InvalidOperationException>(() => new Metadata.Entry("a-bin", [1]).Value);
    }

    [Fact]
    public void Last_entry_of_a_key_wins_and_all_are_kept_in_order()
    {
        var metadata = new Metadata { { "a", "1" }, { "b", "2" }, { "A", "3" }, { "c-bin", [4] } };
        Assert.Equal("3", metadata.GetValue("A"));
        Assert.Equal(["1", "3"], metadata.GetAll("a").Select(entry => entry.Value));
        Assert.Equal([4], metadata.GetValueBytes("c-bin")!);
        Assert.Null(metadata.Get("d"));
        Assert.Null(metadata.GetValue("d"));
        Assert.Null(metadata.GetValueBytes("d"));
        Assert.Empty(metadata.GetAll("d"));
    }

    [Fact]
    public void It_is_a_list()
    {
        var (a, b, c) = (new Metadata.Entry("a", "1"), new Metadata.Entry("b", "2"), new Metadata.Entry("c", "3"));
        var metadata = new Metadata { b };
        metadata.Insert(0, a);
        metadata.Add(c);
        Assert.Equal([a, b, c], metadata);
        Assert.Equal(1, metadata.IndexOf(b));
        Assert.True(metadata.Remove(b));
        metadata[1] = b;
        metadata.RemoveAt(0);
        Assert.Equal([b], metadata);
        Assert.Contains(b, metadata);
        metadata.Clear();
        Assert.Empty(metadata);
    }

    [Fact]
    public void Shared_empty_metadata_cannot_be_added_to()
    {
        Assert.True(Metadata.Empty.IsReadOnly);
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("a", "1"));
        Assert.Throws<InvalidOperationException>(Metadata.Empty.Clear);
        Assert.Throws<InvalidOperationException>(() => new RpcException(Status.DefaultCancelled).Trailers.Add("a", "1"));
    }
}
