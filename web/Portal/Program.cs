using Ips.Portal;
using Ips.Portal.Components;
using Ips.Portal.Apis;
using Ips.Portal.SignIn;
using Ips.ServiceDefaults;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddSingleton(TimeProvider.System);
builder.AddSignIn();
builder.AddApis();
builder.Services.AddRazorComponents();

var app = builder.Build();
app.UseExceptionHandler("/error", createScopeForErrors: true);
app.UseStatusCodePagesWithReExecute("/status/{0}", createScopeForStatusCodePages: true);
app.UseAuthentication();
app.UsePageHeaders();
app.UseStaticFiles(new StaticFileOptions { OnPrepareResponse = file => file.Context.Response.Headers.CacheControl = "public, max-age=3600" });
app.UseRouting();
app.UseAuthorization();
app.UseAntiforgery();
app.MapDefaultEndpoints();
app.MapSignIn();
// Browsers ask for it by themselves.
app.MapGet("/favicon.ico", () => Results.LocalRedirect("~/icon.svg", permanent: true)).AllowAnonymous();
// Each person begins in the room of the role.
app.MapGet("/", (HttpContext http) => Results.LocalRedirect(Rooms.First(Person.Of(http.User))));
app.MapRazorComponents<App>();
app.Run();
