#if !OFFICIAL_PACKAGES
using Google.Api;
using Google.Protobuf.Reflection;
using Ips.Compat.Tests.JsonTranscoding.V1;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Binding;
using Microsoft.AspNetCore.Grpc.JsonTranscoding.Routing;
using Xunit;

namespace Ips.Compat.Tests.JsonTranscoding;

/// <summary>A rule that cannot be served stops the application when it starts, with a sentence that says why.</summary>
public sealed class TemplateTests
{
    private static readonly MethodDescriptor Update = CatalogReflection.Descriptor.Services[0].FindMethodByName("UpdateBook");

    [Theory]
    [InlineData("/v1/books", 2, 0, null)]
    [InlineData("/v1/{name=shelves/*/books/*}:borrow", 5, 1, "borrow")]
    [InlineData("/{a}/{b.c=x/**}", 3, 2, null)]
    [InlineData("/v1/*/x:go", 3, 0, "go")]
    public void A_template_is_taken_apart(string text, int segments, int variables, string? verb)
    {
        var template = HttpTemplate.Parse(text);

        Assert.Equal((segments, variables, verb), (template.Segments.Count, template.Variables.Count, template.Verb));
    }

    [Theory]
    [InlineData("")]
    [InlineData("v1/books")]
    [InlineData("/")]
    [InlineData("/v1//books")]
    [InlineData("/v1/")]
    [InlineData("/v1/{name")]
    [InlineData("/v1/{}")]
    [InlineData("/v1/{name=}")]
    [InlineData("/v1/{1a}")]
    [InlineData("/v1/{a..b}")]
    [InlineData("/v1/{a={b}}")]
    [InlineData("/v1/**/books")]
    [InlineData("/v1/{a}/{a}")]
    [InlineData("/v1/books:")]
    [InlineData("/v1/books:a:b")]
    [InlineData("/v1/books}")]
    public void A_text_that_is_no_template_is_refused_with_its_place(string text)
    {
        var refused = Assert.Throws<FormatException>(() => HttpTemplate.Parse(text));

        Assert.Contains($"'{text}'", refused.Message);
    }

    [Theory]
    [InlineData("/v1/{nosuch}", "", "", "nosuch")]
    [InlineData("/v1/{book}", "", "", "book")]
    [InlineData("/v1/{book.chapters}", "", "", "book.chapters")]
    [InlineData("/v1/{book.chapters.title}", "", "", "book.chapters.title")]
    [InlineData("/v1/books", "nosuch", "", "nosuch")]
    [InlineData("/v1/books", "book.title", "", "book.title")]
    [InlineData("/v1/books", "", "nosuch", "nosuch")]
    public void A_rule_that_does_not_fit_its_messages_names_the_field(string path, string body, string responseBody, string field)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new HttpBinding(Update, new HttpRule { Post = path, Body = body, ResponseBody = responseBody }));

        Assert.Contains($"'{field}'", refused.Message);
    }

    [Fact]
    public void A_rule_without_a_path_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => new HttpBinding(Update, new HttpRule { Body = "*" }));
}
#endif
