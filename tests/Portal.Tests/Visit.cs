using Microsoft.Playwright;
using Xunit;

namespace Ips.Portal.Tests;

/// <summary>A person at a browser window. At its end the console must be free of errors.</summary>
public sealed class Visit(IBrowserContext context) : IAsyncDisposable
{
    // Signing in and out crosses two servers and several redirects; the machine may be busy with other tests.
    private static readonly LocatorAssertionsToBeVisibleOptions AtMost = new() { Timeout = 30_000 };

    private readonly List<string> complaints = [];

    /// <summary>The window.</summary>
    public IPage Page { get; private set; } = null!;

    /// <summary>Statuses of 400 and above that the test expects: browsers log them as errors.</summary>
    public bool ExpectsRefusal { get; set; }

    /// <summary>Opens a page of the portal; without a session this shows the issuer's sign-in.</summary>
    public async Task<Visit> Open(string path = "/")
    {
        if (Page is null)
        {
            Page = await context.NewPageAsync();
            Page.Console += (_, message) => complaints.AddRange(message.Type is "error" or "warning" ? [message.Text] : []);
            Page.PageError += (_, error) => complaints.Add(error);
        }

        await Page.GotoAsync(path);
        return this;
    }

    /// <summary>Opens a page and signs in as one of the people of the sandbox. Ends when the person sees the portal's page with its style sheet.</summary>
    public async Task<Visit> SignIn(string person, string path = "/")
    {
        await Open(path);
        await Page.GetByRole(AriaRole.Button, new() { Name = person }).ClickAsync();
        // The click ends with the first of several redirects; only a page of a signed-in person has this button.
        await Assertions.Expect(SignOutButton).ToBeVisibleAsync(AtMost);
        await Whole();
        return this;
    }

    /// <summary>Clicks the sign-out button. Ends when the person sees the page that confirms it.</summary>
    public async Task SignOut()
    {
        await SignOutButton.ClickAsync();
        await Assertions.Expect(Page.Locator("h1")).ToHaveTextAsync("You are signed out", new() { Timeout = AtMost.Timeout });
        await Whole();
    }

    /// <summary>Clicks the button of a form and waits for the page that answers.</summary>
    public Task Submit(string button) => Click(Page.GetByRole(AriaRole.Button, new() { Name = button }));

    /// <summary>Clicks what leads to another page and waits for that page.</summary>
    public async Task Click(ILocator link)
    {
        await Page.EvaluateAsync("document.body.dataset.before = 'yes'");
        await link.ClickAsync();
        await Assertions.Expect(Page.Locator("body[data-before]")).ToHaveCountAsync(0, new() { Timeout = AtMost.Timeout });
        await Whole();
    }

    /// <summary>A form of the window's person that is sent past the page; each call makes it once.</summary>
    public Func<APIRequestContextOptions> Form(IEnumerable<string[]> fields) => () =>
    {
        var form = Page.APIRequest.CreateFormData();
        foreach (var field in fields)
            form.Append(field[0], field[1]);
        return new() { Form = form };
    };

    /// <summary>The page's heading.</summary>
    public async Task<string> Heading() => await Page.Locator("h1").InnerTextAsync();

    /// <summary>Everything that can be read on the page.</summary>
    public async Task<string> Text() => await Page.Locator("body").InnerTextAsync();

    /// <summary>The cookies of the window.</summary>
    public Task<IReadOnlyList<BrowserContextCookiesResult>> Cookies() => context.CookiesAsync();

    private ILocator SignOutButton => Page.GetByRole(AriaRole.Button, new() { Name = "Sign out" });

    // The footer is the last of the page; without the style sheet the body is a block.
    private async Task Whole()
    {
        await Assertions.Expect(Page.Locator("footer")).ToBeVisibleAsync(AtMost);
        await Assertions.Expect(Page.Locator("body")).ToHaveCSSAsync("display", "flex", new() { Timeout = AtMost.Timeout });
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        if (ExpectsRefusal)
            complaints.RemoveAll(complaint => complaint.StartsWith("Failed to load resource", StringComparison.Ordinal));
        Assert.True(complaints.Count == 0, string.Join(Environment.NewLine, complaints));
    }
}
